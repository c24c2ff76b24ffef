import { jsonOption } from "./chain/options.js";
import { defineCommand } from "./command.js";
import { finalityOptions } from "./finality.js";

export const verify = defineCommand({
  name: "verify",
  parameters: ["BUNDLE"],
  summary: "Check a bundle of proofs with nothing but a trusted power table.",
  details:
    "Exit code 1: the bundle or one of its claims does not hold; the answer says which, and which link is broken.",
  options: {
    ...finalityOptions,
    chain: {
      type: "text",
      value: "NAME|FILE",
      help: "mainnet, calibnet, butterflynet, or a network's file: its rules, to execute tipsets again. Proofs of storage count as valid.",
    },
    json: jsonOption,
  },
  examples: [
    "fvm verify slot.car --network mainnet --table table.json --instance 100",
    "fvm verify tipset.car --network mainnet --table table.json --instance 100 --chain mainnet",
  ],
  async run({ json, chain, ...values }, [file = ""], output) {
    const { verifyFile } = await import("./prove/verify.js");
    return verifyFile(values, file, { json, chain }, output);
  },
});
