import { defineCommand } from "./command.js";
import { existingFolder } from "./existing-folder.js";
import { jsonText } from "./json.js";

const json = { type: "flag", help: "Answer with one JSON object." } as const;

export const cacheList = defineCommand({
  name: "cache list",
  parameters: [],
  summary: "List the compiled code that is kept on this machine: of actors, and of fvm itself.",
  details: "They are in the folder that FVM_CODE_CACHE names, else in the user's cache folder.",
  options: { json },
  examples: ["fvm cache list"],
  async run({ json }, _args, output) {
    const { CodeCache } = await import("../vm/machine/code-cache.js");
    const cache = new CodeCache(CodeCache.standardFolder());
    const files = cache.list();
    if (json) output.answer(jsonText({ folder: cache.folder, files }));
    else {
      for (const { name, bytes } of files) output.answer(`${mebibytes(bytes)} MiB  ${name}`);
      const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
      output.note(`${files.length} files, ${mebibytes(total)} MiB in ${cache.folder}`);
    }
    return 0;
  },
});

export const cacheWarm = defineCommand({
  name: "cache warm",
  parameters: ["NETWORK_VERSION..."],
  summary: "Compile the actors of network versions, so that nothing waits for it later.",
  options: {
    bundles: {
      type: "text",
      value: "DIR",
      help: "Where bundles are. Then FVM_BUNDLES and the user's cache are searched.",
    },
    network: { type: "text", value: "NAME", help: "Whose bundles. Default: mainnet." },
    json,
  },
  examples: ["fvm cache warm 28", "fvm cache warm 27 28"],
  async run({ bundles, network = "mainnet", json }, versions, output) {
    const { CodeCache } = await import("../vm/machine/code-cache.js");
    const { warmBundle } = await import("../tools/bundles/warm.js");
    const { bundleFolders } = await import("../tools/bundles/folders.js");
    const cache = new CodeCache(CodeCache.standardFolder());
    const warmed = versions.map((version) => {
      const onActor = (name: string) => output.progress(`nv${version}: ${name}`);
      const folders = bundleFolders(existingFolder("bundles", bundles, "cache warm"));
      // `fvm networks` lists them as nv28.
      const number = Number(version.replace(/^nv/, ""));
      return { version: number, ...warmBundle(cache, folders, network, number, onActor) };
    });
    if (json) output.answer(jsonText({ folder: cache.folder, versions: warmed }));
    else
      for (const { version, compiled, restored } of warmed)
        output.answer(`nv${version}: ${compiled} actors compiled, ${restored} were there`);
    return 0;
  },
});

export const cacheClear = defineCommand({
  name: "cache clear",
  parameters: [],
  summary: "Remove all compiled code.",
  options: { json },
  examples: ["fvm cache clear"],
  async run({ json }, _args, output) {
    const { CodeCache } = await import("../vm/machine/code-cache.js");
    const cache = new CodeCache(CodeCache.standardFolder());
    const removed = cache.clear();
    if (json) output.answer(jsonText({ folder: cache.folder, removed }));
    else output.answer(`${removed} files removed from ${cache.folder}`);
    return 0;
  },
});

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
