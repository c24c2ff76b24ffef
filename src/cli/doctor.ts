import { defineCommand } from "./command.js";
import { jsonText } from "./json.js";

export const doctor = defineCommand({
  name: "doctor",
  parameters: [],
  summary: "Say what is here, what is used of it, and what is missing.",
  details:
    "Versions, the addon and what it uses of the processor, kept code, bundles of builtin actors for each network\n" +
    "version, optional packages, memory. What is missing comes with what helps; only some commands need it.",
  options: { json: { type: "flag", help: "Answer with one JSON object." } },
  examples: ["fvm doctor", "fvm doctor --json"],
  async run({ json }, _args, output) {
    const { examination } = await import("./doctor/examination.js");
    const { examinationText } = await import("./doctor/text.js");
    const found = examination();
    output.answer(json ? jsonText(found) : examinationText(found));
    return 0;
  },
});
