import type { Blocks } from "../../blockstore/blocks.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import { HostFault } from "../../errors.js";
import { Fatal } from "../../message/outcome.js";
import type { NativeEngine } from "../../native/addon.js";
import type { CodeSource } from "../call-manager/native-frames.js";
import type { Redirect } from "../network/version.js";
import type { Manifest } from "../state-tree/manifest.js";
import type { CodeCache } from "./code-cache.js";

/** An engine, and what tells it apart from others in the cache. */
interface TaggedEngine {
  readonly engine: NativeEngine;
  readonly tag: string;
}

/** Rules that decide which code may run. */
interface CodeRules {
  /** Whether the manifest may lack it (rule `loadsUnlistedCode`). */
  readonly loadsUnlisted: boolean;
  /** Whether the store must have it, though it may be compiled already. */
  readonly requiresCode: boolean;
}

/** Brings actors' code into the engine when it is first run. Compiling takes up to a second. */
export class CodeLoader implements CodeSource {
  /** Undefined if there are none, as on all published networks. */
  private readonly redirects: ReadonlyMap<Cid, Cid> | undefined;

  private readonly engine: NativeEngine;
  /** Tells the engine apart from others in the cache. */
  private readonly tag: string;

  constructor(
    { engine, tag }: TaggedEngine,
    private readonly cache: CodeCache | undefined,
    private readonly blocks: Blocks,
    private readonly manifest: Manifest,
    private readonly rules: CodeRules,
    private readonly redirectList: readonly Redirect[],
  ) {
    this.engine = engine;
    this.tag = tag;
    this.redirects = redirectList.length === 0 ? undefined : new Map(redirectList);
  }

  /** The same for another engine. */
  with(engine: TaggedEngine): CodeLoader {
    const { cache, blocks, manifest, rules, redirectList } = this;
    return new CodeLoader(engine, cache, blocks, manifest, rules, redirectList);
  }

  /** Throws `Fatal` if code that is no builtin actor's may not run, and what `Blocks.require` throws if it must be there. */
  admit(code: Cid): Cid {
    const runs = this.runsFor(code);
    const mayRun = this.rules.loadsUnlisted || this.isListed(code) || this.isListed(runs);
    if (!mayRun) throw new Fatal("actor code not found");
    if (this.rules.requiresCode) this.blocks.require(runs);
    return runs;
  }

  /** Throws `Fatal` if the code is no module that may run, and what `Blocks.get` throws. */
  load(code: Cid): void {
    // Code of which anybody may upload any amount stays off the disk.
    const cache = this.isTrusted(code) ? this.cache : undefined;
    // The block must be there even if its compiled form is: results may not depend on a cache.
    this.blocks.require(code);
    if (cache?.restore(this.engine, this.tag, code) === true) return;
    this.compile(code, this.blocks.get(code));
    cache?.keep(this.engine, this.tag, code);
  }

  /** Throws what `Blocks.require` throws if the code of a builtin actor is nowhere to be found. */
  requireBuiltins(): void {
    const codes = this.manifest.entries.map(([, code]) => this.runsFor(code));
    this.blocks.requireAll(codes.filter((code) => !this.engine.has(code)));
  }

  private runsFor(code: Cid): Cid {
    return this.redirects?.get(code) ?? code;
  }

  private isListed(code: Cid): boolean {
    return this.manifest.typeOf(code) !== 0;
  }

  /** Named by the network and not by whoever uploads code. */
  private isTrusted(code: Cid): boolean {
    return this.isListed(code) || [...(this.redirects?.values() ?? [])].includes(code);
  }

  private compile(code: Cid, wasm: Uint8Array): void {
    try {
      this.engine.load(code, wasm);
    } catch (cause) {
      if (!isInvalidModule(cause)) throw new HostFault("NATIVE_FAILED", { text: String(cause) }, { cause });
      // The reference does not even start with such a bundle.
      if (this.isTrusted(code))
        throw new HostFault("INVALID_BUILTIN_CODE", { code: cidText(code) }, { cause });
      throw new Fatal(cause.message, { cause });
    }
  }
}

function isInvalidModule(error: unknown): error is Error {
  return error instanceof Error && "code" in error && error.code === "INVALID_MODULE";
}
