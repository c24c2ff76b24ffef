import { defineCommand } from "./command.js";
import { jsonText } from "./json.js";

export const networks = defineCommand({
  name: "networks",
  parameters: [],
  summary: "List the network versions this VM runs.",
  options: {
    experimental: { type: "flag", help: "Also the version in development." },
    json: { type: "flag", help: "Answer with one JSON object." },
  },
  examples: ["fvm networks", "fvm networks --json"],
  async run({ experimental, json }, _args, output) {
    const { NEWEST_VERSION, OLDEST_VERSION, networkVersion } = await import("../vm/network/version.js");
    const count = NEWEST_VERSION - OLDEST_VERSION + (experimental ? 2 : 1);
    const versions = Array.from({ length: count }, (_, i) => {
      const network = networkVersion(OLDEST_VERSION + i, { experimental });
      const { version, name, actorsVersion, prices, changes } = network;
      return { version, name, actors: `v${actorsVersion}`, prices, changes };
    });
    if (json) output.answer(jsonText({ versions }));
    else
      for (const row of versions)
        output.answer(
          `nv${row.version}  ${row.name.padEnd(10)}  actors ${row.actors.padEnd(3)}  prices ${row.prices.padEnd(10)}  ${row.changes}`,
        );
    return 0;
  },
});
