import type { Blocks } from "../../blockstore/blocks.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import { HostFault } from "../../errors.js";
import { Fatal } from "../../message/outcome.js";
import type { NativeEngine } from "../../native/addon.js";
import type { CodeSource } from "../call-manager/native-frames.js";
import type { Manifest } from "../state-tree/manifest.js";
import type { CodeCache } from "./code-cache.js";

/** Brings actors' code into the engine when it is first run. Compiling takes up to a second. */
export class CodeLoader implements CodeSource {
  /**
   * @param tag tells `engine` apart from others in the cache
   * @param loadsUnlisted whether the manifest may lack the code that runs (rule `loadsUnlistedCode`)
   */
  constructor(
    private readonly engine: NativeEngine,
    private readonly tag: string,
    private readonly cache: CodeCache | undefined,
    private readonly blocks: Blocks,
    private readonly manifest: Manifest,
    private readonly loadsUnlisted: boolean,
  ) {}

  /** Throws `Fatal` if code that is no builtin actor's may not run. */
  admit(code: Cid): void {
    if (!this.loadsUnlisted && this.manifest.typeOf(code) === 0) throw new Fatal("actor code not found");
  }

  /** Throws `Fatal` if the code is no module that may run, and what `Blocks.get` throws. */
  load(code: Cid): void {
    // Code of which anybody may upload any amount stays off the disk.
    const cache = this.manifest.typeOf(code) === 0 ? undefined : this.cache;
    // The block must be there even if its compiled form is: results may not depend on a cache.
    this.blocks.require(code);
    if (cache?.restore(this.engine, this.tag, code) === true) return;
    this.compile(code, this.blocks.get(code));
    cache?.keep(this.engine, this.tag, code);
  }

  /** Throws what `Blocks.require` throws if the code of a builtin actor is nowhere to be found. */
  requireBuiltins(): void {
    for (const [, code] of this.manifest.entries) {
      if (!this.engine.has(code)) this.blocks.require(code);
    }
  }

  private compile(code: Cid, wasm: Uint8Array): void {
    try {
      this.engine.load(code, wasm);
    } catch (cause) {
      if (!isInvalidModule(cause)) throw new HostFault("NATIVE_FAILED", { text: String(cause) }, { cause });
      // The reference does not even start with such a bundle.
      if (this.manifest.typeOf(code) !== 0)
        throw new HostFault("INVALID_BUILTIN_CODE", { code: cidText(code) }, { cause });
      throw new Fatal(cause.message, { cause });
    }
  }
}

function isInvalidModule(error: unknown): error is Error {
  return error instanceof Error && "code" in error && error.code === "INVALID_MODULE";
}
