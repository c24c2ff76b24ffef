/** Tests of ECMAScript's suite, as messages to an actor that is the engine alone. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { encode } from "@ipld/dag-cbor";
import { parse } from "yaml";
import { engineFolder, linkTest262Actor } from "../../../scripts/lib/ses-actor.mjs";
import { TestChain } from "../chain.js";
import { TestNet } from "../net.js";

const RUN = 2;

/** Folder of the suite, if it is there. */
export function test262Folder(): string | undefined {
  const { FVM_TEST262: named, XDG_CACHE_HOME: cache = join(homedir(), ".cache") } = process.env;
  const folder = named ?? join(cache, "fvm-node", "test262");
  return existsSync(join(folder, "harness")) ? folder : undefined;
}

/** Facts that a test states about itself. */
interface Frontmatter {
  readonly flags?: readonly string[];
  readonly includes?: readonly string[];
  readonly features?: readonly string[];
  readonly negative?: { readonly phase: string; readonly type: string };
}

export interface Test262Case {
  readonly name: string;
  readonly source: string;
  readonly meta: Frontmatter;
}

/** Scripts of `language` and `built-ins`, but those for features that the engine's authors say it lacks. */
export function* test262Cases(folder: string, each: number): IterableIterator<Test262Case> {
  const lacking = lackingFeatures();
  const root = join(folder, "test");
  const names = ["built-ins", "language"].flatMap((part) =>
    readdirSync(join(root, part), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".js") && !name.includes("_FIXTURE"))
      .map((name) => `${part}/${name}`)
      .sort(),
  );
  for (let at = 0; at < names.length; at += each) {
    const name = names[at] as string;
    const source = readFileSync(join(root, name), "utf8");
    const meta = (parse(/\/\*---([\s\S]*?)---\*\//.exec(source)?.[1] ?? "") ?? {}) as Frontmatter;
    if (meta.flags?.includes("module") || meta.features?.some((feature) => lacking.has(feature))) continue;
    yield { name, source, meta };
  }
}

/** Tests that the engine's authors expect to fail, or leave out. */
function knownErrors(): ReadonlySet<string> {
  const texts = ["test262_errors.txt", "test262.conf"].map((file) =>
    readFileSync(join(engineFolder(), "quickjs", file), "utf8"),
  );
  const found = texts.join("\n").matchAll(/^test262\/test\/([^:\n]+\.js)/gm);
  return new Set(Array.from(found, ([, name]) => name as string));
}

function lackingFeatures(): ReadonlySet<string> {
  const text = readFileSync(join(engineFolder(), "quickjs", "test262.conf"), "utf8");
  return new Set(Array.from(text.matchAll(/^(\S+)=skip$/gm), ([, name]) => name as string));
}

/** A network with the engine as an actor. */
export class Test262Net {
  private readonly harness = new Map<string, Uint8Array>();
  private readonly known = knownErrors();

  private constructor(
    private readonly chain: TestChain,
    private readonly folder: string,
  ) {}

  static async create(folder: string): Promise<Test262Net> {
    const net = await TestNet.create({ contracts: { engine: await linkTest262Actor() } });
    return new Test262Net(await TestChain.on(net), folder);
  }

  /** Why a test fails; nothing if it passes. */
  async failure({ source, meta }: Test262Case): Promise<string | undefined> {
    const { flags = [], includes = [], negative } = meta;
    const isAsync = flags.includes("async");
    const before = flags.includes("raw")
      ? []
      : ["assert.js", "sta.js", ...(isAsync ? ["doneprintHandle.js"] : []), ...includes];
    const scripts = before.map((name) => this.script(name));
    const test = new TextEncoder().encode(source);
    const params = encode([scripts, test, flags.includes("onlyStrict") ? 1 : 0, isAsync ? 1 : 0]);
    const { receipt, failure } = await this.chain.send({
      to: this.chain.net.id("engine"),
      method: RUN,
      params,
    });
    const { exitCode } = receipt;
    const text = failure?.kind === "backtrace" ? (failure.backtrace.frames[0]?.text ?? "") : "";
    if (negative === undefined) return exitCode === 0 ? undefined : `exit code ${exitCode}: ${text}`;
    const expected = negative.phase === "parse" ? 16 : 23;
    if (exitCode === expected && text.startsWith(negative.type)) return undefined;
    return `not ${negative.type}, but exit code ${exitCode}: ${text}`;
  }

  /** Feature that a test needs and the engine, or the network, lacks; nothing if that is not why it fails. */
  reason({ name, source, meta }: Test262Case, failure: string): string | undefined {
    const texts = [source, ...(meta.includes ?? []).map((file) => Buffer.from(this.script(file)).toString())];
    if (texts.some((text) => text.includes("$262"))) return "the host object $262";
    if (meta.features?.some((name) => name === "Atomics" || name === "SharedArrayBuffer")) return "threads";
    if (source.includes("_FIXTURE")) return "modules in files";
    if (failure.startsWith("exit code 7:")) return "more than 10 billion gas";
    if (this.known.has(name)) return "what the engine's authors list as its errors";
    return undefined;
  }

  private script(name: string): Uint8Array {
    let bytes = this.harness.get(name);
    if (bytes === undefined) {
      bytes = new Uint8Array(readFileSync(join(this.folder, "harness", name)));
      this.harness.set(name, bytes);
    }
    return bytes;
  }

  close(): void {
    this.chain.close();
  }
}
