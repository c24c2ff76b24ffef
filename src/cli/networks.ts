import { defineCommand } from "./command.js";
import { jsonText } from "./json.js";

export const networks = defineCommand({
  name: "networks",
  parameters: [],
  summary: "List the network versions this VM runs.",
  options: { json: { type: "flag", help: "Answer with one JSON object." } },
  examples: ["fvm networks", "fvm networks --json"],
  async run({ json }, _args, output) {
    const { NEWEST_VERSION, OLDEST_VERSION, networkVersion } = await import("../network/version.js");
    const count = NEWEST_VERSION - OLDEST_VERSION + 1;
    const versions = Array.from({ length: count }, (_, i) => {
      const { version, name, actorsVersion } = networkVersion(OLDEST_VERSION + i);
      return { version, name, actors: `v${actorsVersion}` };
    });
    if (json) output.answer(jsonText({ versions }));
    else
      for (const row of versions)
        output.answer(`nv${row.version}  actors ${row.actors.padEnd(3)}  ${row.name}`);
    return 0;
  },
});
