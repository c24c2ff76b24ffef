import { defineCommand } from "./command.js";
import { existingFolder } from "./existing-folder.js";
import { jsonText } from "./json.js";

const listedFolder = {
  type: "text",
  value: "DIR",
  help: "Also bundles of this folder, beside those of FVM_BUNDLES and the user's cache.",
} as const;
const targetFolder = {
  type: "text",
  value: "DIR",
  help: "Where they go. Default: FVM_BUNDLES, else the user's cache folder.",
} as const;
const jsonOption = { type: "flag", help: "Answer with one JSON object." } as const;

export const bundlesList = defineCommand({
  name: "bundles list",
  parameters: [],
  summary: "List the builtin-actor bundles on this machine.",
  options: { bundles: listedFolder, json: jsonOption },
  examples: ["fvm bundles list"],
  async run({ bundles, json }, _args, output) {
    const { bundleFiles, bundleFolders } = await import("../tools/bundles/folders.js");
    const { describeBundle } = await import("../tools/bundles/describe.js");
    const folders = bundleFolders(existingFolder("bundles", bundles, "bundles list"));
    const found = (await Promise.all(folders.flatMap(bundleFiles).map(describeBundle))).flat();
    if (json) {
      output.answer(jsonText({ folders, bundles: found }));
      return 0;
    }
    for (const { version, pin, file, manifest } of found)
      output.answer(`v${version}  ${pin.padEnd(8)}  ${manifest}  ${file}`);
    output.note(`${found.length} bundles in ${folders.join(", ")}`);
    return 0;
  },
});

export const bundlesImport = defineCommand({
  name: "bundles import",
  parameters: ["FILE..."],
  summary: "Check released bundles and copy them into the bundle folder.",
  details: "A bundle is recognised by its manifest, whatever the file is called.",
  options: { bundles: targetFolder, json: jsonOption },
  examples: ["fvm bundles import builtin-actors-mainnet.car"],
  async run({ bundles, json }, files, output) {
    const { bundleFolders } = await import("../tools/bundles/folders.js");
    const { importBundle } = await import("../tools/bundles/install.js");
    const [folder] = bundleFolders(bundles);
    const installed = files.map((file) => importBundle(file, folder));
    if (json) output.answer(jsonText({ bundles: installed }));
    else for (const { path } of installed) output.answer(path);
    return 0;
  },
});

export const bundlesFetch = defineCommand({
  name: "bundles fetch",
  parameters: ["[VERSION...]"],
  summary: "Download released bundles into the bundle folder: by default that of the newest network version.",
  details:
    "A download that broke off is continued. Each bundle is checked against its pinned manifest; one that is there and\n" +
    "right is not downloaded again.",
  options: {
    from: {
      type: "text",
      value: "URL",
      help: "A mirror of the releases, or the address of one .car file. Default: the official releases.",
    },
    network: { type: "text", value: "NAME", help: "The network it was built for. Default: mainnet." },
    bundles: targetFolder,
    json: jsonOption,
  },
  examples: [
    "fvm bundles fetch",
    "fvm bundles fetch v17 v18",
    "fvm bundles fetch v18 --from https://mirror.example/builtin-actors",
  ],
  async run({ bundles, from, network = "mainnet", json }, versions, output) {
    const { bundleFolders } = await import("../tools/bundles/folders.js");
    const { bundleUrl, fetchBundle } = await import("../tools/bundles/fetch.js");
    const { parseActorsVersion } = await import("../tools/bundles/pins.js");
    const { installedBundle } = await import("../tools/bundles/install.js");
    const { NEWEST_VERSION, networkVersion } = await import("../vm/network/version.js");
    const [folder] = bundleFolders(bundles);
    const newest = networkVersion(NEWEST_VERSION).actorsVersion;
    const wanted = versions.length === 0 ? [newest] : versions.map(parseActorsVersion);
    const installed = [];
    for (const version of wanted) {
      const name = { version, network };
      const there = installedBundle(name, folder);
      if (there !== undefined) {
        output.note(`v${version} for ${network} is there already`);
        installed.push(there);
        continue;
      }
      output.note(`fetching builtin actors v${version} for ${network}: ${bundleUrl(name, from)}`);
      const onProgress = (done: number, total = Number.NaN) =>
        output.progress(`v${version}: ${mebibytes(done)} of ${mebibytes(total)} MiB`);
      installed.push(
        await fetchBundle(name, folder, { ...(from === undefined ? {} : { from }), onProgress }),
      );
    }
    if (json) output.answer(jsonText({ bundles: installed }));
    else for (const { path } of installed) output.answer(path);
    return 0;
  },
});

function mebibytes(bytes: number): string {
  return Number.isNaN(bytes) ? "?" : (bytes / 2 ** 20).toFixed(1);
}
