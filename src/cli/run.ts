import { defineCommand } from "./command.js";

export const run = defineCommand({
  name: "run",
  parameters: [],
  summary: "Execute example messages on a small network of our own, and show what comes out.",
  options: {},
  examples: ["fvm run"],
  async run(_values, _args, output) {
    const { runDemo } = await import("./demo.js");
    await runDemo((line) => output.answer(line));
    return 0;
  },
});
