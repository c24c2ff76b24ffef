import { type Cid, cidText } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import type { NativeEngine, NativeEngineConfig } from "../../native/addon.js";
import { native } from "../../native/index.js";
import { hex } from "../../util/bytes.js";
import { codeFolder, NO_HOME, requireCodeFolder } from "../../util/cache-folder.js";
import { isText } from "../../util/check.js";
import { checkOption } from "../../util/options.js";
import { PrivateFolder } from "../../util/private-folder.js";

const SUFFIX = ".aot";
/** Files of this class and of the program `fvm`, finished (nothing follows) or not. */
const KEPT = /\.(?:aot|v8)(\.|$)/;

let standard: { readonly cache: CodeCache | undefined } | undefined;

/**
 * Compiled code on disk, so that a new process need not compile again: a large actor takes a second to
 * compile and some milliseconds to load. Each file carries a digest and what made it; a file that does not
 * fit is ignored and replaced.
 *
 * The folder is the user's own, mode 0700, because loading a forged file would run arbitrary code.
 */
export class CodeCache {
  readonly #folder: PrivateFolder;

  /**
   * @param folder is made if it does not exist
   * @throws FvmError UNSAFE_CODE_CACHE if others may write to it
   */
  constructor(folder: string) {
    checkOption("folder", folder, isText);
    this.#folder = new PrivateFolder(folder);
  }

  /**
   * In the user's cache folder; the environment's FVM_CODE_CACHE names another folder.
   *
   * @throws FvmError NO_CACHE_FOLDER
   */
  static standardFolder(): string {
    return requireCodeFolder();
  }

  /**
   * The cache that machines use if they are given none; the folder is looked up once per thread. None if
   * it cannot be made, which only costs time, or if the user has no home, of which the process warns once.
   *
   * @throws FvmError UNSAFE_CODE_CACHE
   */
  static standard(): CodeCache | undefined {
    standard ??= { cache: CodeCache.#openStandard() };
    return standard.cache;
  }

  static #openStandard(): CodeCache | undefined {
    const folder = codeFolder();
    if (folder === undefined) {
      warnOnce(`compiled actors are not kept: ${NO_HOME}`);
      return undefined;
    }
    try {
      return new CodeCache(folder);
    } catch (error) {
      if (error instanceof FvmError) throw error;
      return undefined;
    }
  }

  /** The folder that it was given. */
  get folder(): string {
    return this.#folder.path;
  }

  /**
   * Brings code into the engine: compiled earlier if it is here, else compiled now and kept here.
   * Throws as `NativeEngine.load`.
   *
   * @param tag tells the engine's configuration apart from others; see `engineTag`
   * @internal
   */
  load(engine: NativeEngine, tag: string, code: Cid, wasm: Uint8Array): "restored" | "compiled" {
    if (this.restore(engine, tag, code)) return "restored";
    engine.load(code, wasm);
    this.keep(engine, tag, code);
    return "compiled";
  }

  /** Brings code into the engine that was compiled earlier; false if there is none that fits. @internal */
  restore(engine: NativeEngine, tag: string, code: Cid): boolean {
    const compiled = this.read(code, tag);
    return compiled !== undefined && engine.restore(code, compiled);
  }

  /** Keeps what the engine has compiled, as far as that is possible. @internal */
  keep(engine: NativeEngine, tag: string, code: Cid): void {
    const artifact = engine.artifact(code);
    if (artifact !== undefined) this.write(code, tag, artifact);
  }

  /** Undefined if it is not there, or unreadable: it is compiled instead. @internal */
  read(code: Cid, tag: string): Uint8Array | undefined {
    return this.#folder.read(fileName(code, tag));
  }

  /** A cache that cannot be written (disk full, read-only) only costs time: false. @internal */
  write(code: Cid, tag: string, artifact: Uint8Array): boolean {
    return this.#folder.write(fileName(code, tag), artifact);
  }

  /** Its files, also those of the program `fvm`: names, and sizes in bytes. */
  list(): { readonly name: string; readonly bytes: number }[] {
    return this.#folder.list().filter(({ name }) => KEPT.exec(name)?.[1] === "");
  }

  /** Removes all files; returns their number. */
  clear(): number {
    const names = this.#folder.list().flatMap(({ name }) => (KEPT.test(name) ? [name] : []));
    for (const name of names) this.#folder.remove(name);
    return names.length;
  }
}

function fileName(code: Cid, tag: string): string {
  return `${cidText(code)}-${tag}${SUFFIX}`;
}

/** Also threads that this one starts later will not warn again. */
function warnOnce(text: string): void {
  // Hardly ever needed, and slow to load.
  const { getEnvironmentData, setEnvironmentData } = process.getBuiltinModule("node:worker_threads");
  if (getEnvironmentData(text) !== undefined) return;
  setEnvironmentData(text, true);
  process.emitWarning(text, { code: "FVM_NO_CODE_CACHE" });
}

/** Names a compiler configuration in file names. */
export function engineTag(config: NativeEngineConfig): string {
  const text = JSON.stringify(Object.entries(config).sort());
  return `${config.instrumentation}-${hex(native.blake2b(Buffer.from(text), 8))}`;
}
