import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { getEnvironmentData, setEnvironmentData } from "node:worker_threads";
import { type Cid, cidText } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import type { NativeEngine, NativeEngineConfig } from "../../native/addon.js";
import { native } from "../../native/index.js";
import { hex } from "../../util/bytes.js";
import { cacheFolder, NO_HOME, requireCacheFolder } from "../../util/cache-folder.js";
import { isText } from "../../util/check.js";
import { checkOption } from "../../util/options.js";

/** Others may not write here: what the folder holds is run as it is. */
const OTHERS_WRITE = 0o022;
const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;
const SUFFIX = ".aot";

let standard: { readonly cache: CodeCache | undefined } | undefined;

/**
 * Compiled code on disk, so that a new process need not compile again: a large actor takes a second to
 * compile and some milliseconds to load. Each file carries a digest and what made it; a file that does not
 * fit is ignored and replaced.
 *
 * The folder is the user's own, mode 0700, because loading a forged file would run arbitrary code.
 */
export class CodeCache {
  readonly #folder: string;

  /**
   * @param folder is made if it does not exist
   * @throws FvmError UNSAFE_CODE_CACHE if others may write to it
   */
  constructor(folder: string) {
    checkOption("folder", folder, isText);
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER });
    const stat = lstatSync(folder);
    const reason = !stat.isDirectory()
      ? "it is not a folder"
      : process.getuid !== undefined && stat.uid !== process.getuid()
        ? "it belongs to another user"
        : (stat.mode & OTHERS_WRITE) !== 0
          ? "others may write to it"
          : undefined;
    if (reason !== undefined) throw new FvmError("UNSAFE_CODE_CACHE", { folder, reason });
  }

  /**
   * In the user's cache folder; the environment's FVM_CODE_CACHE names another folder.
   *
   * @throws FvmError NO_CACHE_FOLDER
   */
  static standardFolder(): string {
    return process.env.FVM_CODE_CACHE || join(requireCacheFolder(), "code");
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
    if (!process.env.FVM_CODE_CACHE && cacheFolder() === undefined) {
      warnOnce(`compiled actors are not kept: ${NO_HOME}`);
      return undefined;
    }
    try {
      return new CodeCache(CodeCache.standardFolder());
    } catch (error) {
      if (error instanceof FvmError) throw error;
      return undefined;
    }
  }

  /** The folder that it was given. */
  get folder(): string {
    return this.#folder;
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

  /** @internal */
  read(code: Cid, tag: string): Uint8Array | undefined {
    try {
      return readFileSync(this.#path(code, tag));
    } catch {
      return undefined; // not there, or unreadable: it is compiled instead
    }
  }

  /** A cache that cannot be written (disk full, read-only) only costs time: false. @internal */
  write(code: Cid, tag: string, artifact: Uint8Array): boolean {
    const path = this.#path(code, tag);
    const unfinished = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
    try {
      writeFileSync(unfinished, artifact, { mode: PRIVATE_FILE, flag: "wx" });
      chmodSync(unfinished, PRIVATE_FILE);
      renameSync(unfinished, path); // readers see all of it or nothing
      return true;
    } catch {
      rmSync(unfinished, { force: true });
      return false;
    }
  }

  /** Its files: names, and sizes in bytes. */
  list(): { readonly name: string; readonly bytes: number }[] {
    return readdirSync(this.#folder)
      .filter((name) => name.endsWith(SUFFIX))
      .map((name) => ({ name, bytes: lstatSync(join(this.#folder, name)).size }));
  }

  /** Removes all files; returns their number. */
  clear(): number {
    const files = readdirSync(this.#folder).filter((name) => name.includes(SUFFIX));
    for (const name of files) rmSync(join(this.#folder, name), { force: true });
    return files.length;
  }

  #path(code: Cid, tag: string): string {
    return join(this.#folder, `${cidText(code)}-${tag}${SUFFIX}`);
  }
}

/** Also threads that this one starts later will not warn again. */
function warnOnce(text: string): void {
  if (getEnvironmentData(text) !== undefined) return;
  setEnvironmentData(text, true);
  process.emitWarning(text, { code: "FVM_NO_CODE_CACHE" });
}

/** Names a compiler configuration in file names. */
export function engineTag(config: NativeEngineConfig): string {
  const text = JSON.stringify(Object.entries(config).sort());
  return `${config.instrumentation}-${hex(native.blake2b(Buffer.from(text), 8))}`;
}
