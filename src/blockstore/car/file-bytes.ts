import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { invalidCar } from "../../ipld/car/error.js";

/** A file's bytes by offset. */
export class FileBytes {
  readonly size: number;
  readonly #file: number;
  #isClosed = false;

  /** Throws the file system's errors. */
  constructor(readonly path: string) {
    this.#file = openSync(path, "r");
    this.size = fstatSync(this.#file).size;
  }

  /** As many of these bytes as the file has. */
  upTo(offset: number, length: number): Uint8Array {
    const data = new Uint8Array(Math.max(0, Math.min(length, this.size - offset)));
    for (let done = 0; done < data.length; ) {
      const count = readSync(this.#file, data, done, data.length - done, offset + done);
      if (count === 0) throw invalidCar(offset, `${this.path} became shorter`);
      done += count;
    }
    return data;
  }

  /** These bytes. Throws `FvmError` INVALID_CAR if the file has fewer. */
  read(offset: number, length: number): Uint8Array {
    const data = this.upTo(offset, length);
    if (data.length < length) throw invalidCar(offset, "cut off");
    return data;
  }

  /** Twice is once: the system gives the number of a closed file to the next one. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    closeSync(this.#file);
  }
}
