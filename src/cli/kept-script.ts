import { cachedDataVersionTag, getHeapCodeStatistics, setFlagsFromString } from "node:v8";
import type { Script, ScriptOptions } from "node:vm";
import { bytesEqual } from "../util/bytes.js";
import { codeFolder } from "../util/cache-folder.js";
import { PrivateFolder } from "../util/private-folder.js";

const DIGEST_BYTES = 32;
/** The digest of all that follows, then the bytes of bytecode in the process that wrote it: a double. */
const HEADER_BYTES = DIGEST_BYTES + 8;
/** So much more bytecode than what is kept has, is worth keeping again. */
const GROWTH = 1.02;

type Digest = (data: Uint8Array, bytes: number) => Uint8Array;

/**
 * V8's compiled code of a script, in the folder of compiled code. V8 itself checks its version and flags and the
 * length of the source, but no sum: the file has a digest, as compiled actors have.
 */
export class KeptScript {
  readonly #data: Buffer | undefined;

  /** @param name stands for the text of the script. None if there is no folder that only the user writes to. */
  static find(name: string, digest: Digest): KeptScript | undefined {
    const path = codeFolder();
    try {
      return path === undefined ? undefined : new KeptScript(new PrivateFolder(path), name, digest);
    } catch {
      return undefined;
    }
  }

  private constructor(
    private readonly folder: PrivateFolder,
    private readonly name: string,
    private readonly digest: Digest,
  ) {
    this.name = `${name}-${cachedDataVersionTag()}.v8`;
    const data = folder.read(this.name);
    const isWhole =
      data !== undefined &&
      data.length > HEADER_BYTES &&
      bytesEqual(digest(data.subarray(DIGEST_BYTES), DIGEST_BYTES), data.subarray(0, DIGEST_BYTES));
    this.#data = isWhole ? data : undefined;
  }

  /**
   * No function of a script that is not kept yet is dropped because it has not run for a while. Not always: with the flag V8
   * refuses what Node has compiled of its own modules.
   */
  holdAll(): void {
    if (this.#data === undefined) setFlagsFromString("--no-flush-bytecode");
  }

  /** For the script's constructor. */
  get options(): ScriptOptions {
    const cachedData = this.#data?.subarray(HEADER_BYTES);
    return cachedData === undefined ? {} : { cachedData };
  }

  /** Writes what is compiled by now, if it is more than what there was. A folder that cannot be written costs time only. */
  keep(script: Script): void {
    const { bytecode_and_metadata_size: bytes } = getHeapCodeStatistics();
    const isUsed = script.cachedDataRejected === false;
    if (isUsed && bytes < GROWTH * (this.#data?.readDoubleLE(DIGEST_BYTES) ?? 0)) return;
    // Kept code is for the flags that it was made with.
    setFlagsFromString("--flush-bytecode");
    const code = script.createCachedData();
    const data = Buffer.alloc(HEADER_BYTES + code.length);
    data.writeDoubleLE(bytes, DIGEST_BYTES);
    code.copy(data, HEADER_BYTES);
    data.set(this.digest(data.subarray(DIGEST_BYTES), DIGEST_BYTES));
    this.folder.write(this.name, data);
  }
}
