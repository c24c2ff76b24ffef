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
import { FvmError } from "../errors.js";

/** Others may not write here: what the folder holds is run as it is. */
const OTHERS_WRITE = 0o022;
const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;

/** A folder of compiled code: the user's own, mode 0700, because loading a forged file would run arbitrary code. */
export class PrivateFolder {
  /**
   * @param path is made if it does not exist
   * @throws FvmError UNSAFE_CODE_CACHE if others may write to it
   */
  constructor(readonly path: string) {
    mkdirSync(path, { recursive: true, mode: PRIVATE_FOLDER });
    const stat = lstatSync(path);
    const reason = !stat.isDirectory()
      ? "it is not a folder"
      : process.getuid !== undefined && stat.uid !== process.getuid()
        ? "it belongs to another user"
        : (stat.mode & OTHERS_WRITE) !== 0
          ? "others may write to it"
          : undefined;
    if (reason !== undefined) throw new FvmError("UNSAFE_CODE_CACHE", { folder: path, reason });
  }

  /** A file's bytes; `undefined` if it is not there, or unreadable. */
  read(name: string): Buffer | undefined {
    try {
      return readFileSync(join(this.path, name));
    } catch {
      return undefined;
    }
  }

  /** Readers see all of it or nothing. A folder that cannot be written (disk full, read-only): false. */
  write(name: string, data: Uint8Array): boolean {
    const path = join(this.path, name);
    const unfinished = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
    try {
      writeFileSync(unfinished, data, { mode: PRIVATE_FILE, flag: "wx" });
      chmodSync(unfinished, PRIVATE_FILE);
      renameSync(unfinished, path);
      return true;
    } catch {
      rmSync(unfinished, { force: true });
      return false;
    }
  }

  /** Its files: names, and sizes in bytes. */
  list(): { readonly name: string; readonly bytes: number }[] {
    return readdirSync(this.path).map((name) => ({ name, bytes: lstatSync(join(this.path, name)).size }));
  }

  remove(name: string): void {
    rmSync(join(this.path, name), { force: true });
  }
}
