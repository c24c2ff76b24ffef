/** Speedscope's own importer, out of the application that its package holds. */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { runInNewContext } from "node:vm";

/** A profile as speedscope has read it. */
export interface ImportedProfile {
  getName(): string;
  getTotalWeight(): number;
  getTotalNonIdleWeight(): number;
  getWeightUnit(): string;
  formatValue(value: number): string;
  forEachFrame(visit: (frame: ImportedFrame) => void): void;
}

/** A frame as speedscope has read it. */
export interface ImportedFrame {
  readonly name: string;
  readonly file: string;
  getTotalWeight(): number;
  getSelfWeight(): number;
}

export interface ImportedGroup {
  readonly name: string;
  readonly indexToView: number;
  readonly profiles: readonly ImportedProfile[];
}

/** The application up to where it begins to use the document, with the module of importers as its result. */
function importers(): {
  importProfileGroupFromText(name: string, text: string): Promise<ImportedGroup | null>;
} {
  const require = createRequire(import.meta.url);
  const folder = join(dirname(require.resolve("speedscope/package.json")), "dist/release");
  const file = readdirSync(folder).find((name) => /^speedscope-.*\.js$/.test(name));
  if (file === undefined) throw new Error(`no application in ${folder}`);
  const code = readFileSync(join(folder, file), "utf8");
  const load = /var \w+=Promise\.resolve\(\)\.then\(\(\)=>(\(\w+\(\),\w+\))\);/.exec(code);
  if (load === null) throw new Error("speedscope's application is made otherwise than it was");
  const context: Record<string, unknown> = {
    console,
    TextDecoder,
    TextEncoder,
    setTimeout,
    performance,
    atob,
  };
  context.window = context;
  context.location = { hash: "", protocol: "file:", href: "" };
  context.self = context;
  context.document = new Proxy(() => undefined, {});
  runInNewContext(`${code.slice(0, load.index)};globalThis.importers=${load[1]}})();`, context);
  return context.importers as ReturnType<typeof importers>;
}

/** Reads a file as speedscope does when it is opened. Throws if speedscope cannot. */
export async function importToSpeedscope(name: string, text: string): Promise<ImportedGroup> {
  const group = await importers().importProfileGroupFromText(name, text);
  if (group === null) throw new Error("speedscope does not know the format");
  return group;
}
