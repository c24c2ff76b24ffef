import { dataOption } from "./chain/options.js";
import { defineCommand } from "./command.js";
import { finalityOptions } from "./finality.js";

const proveOptions = {
  data: dataOption,
  certificates: {
    type: "text",
    value: "FILE",
    help: "Finality certificates that follow from the trusted table, as for fvm finality verify. Needed.",
  },
  ...finalityOptions,
  epoch: {
    type: "text",
    value: "N",
    help: "The tipset whose headers say it. Default: the last final one; of messages the one that has their receipts.",
  },
  out: { type: "text", value: "FILE", help: "The bundle. Needed." },
} as const;

const OF_STATE = "The state is the one on which the tipset is executed: what its parents have left.";
const OF_MESSAGES =
  "The message is named by the CID by which explorers know it, and looked for from the head back.";

export const proveState = defineCommand({
  name: "prove state",
  parameters: ["ADDRESS"],
  summary: "Make a bundle that proves what an actor is in a final state, or that there is none.",
  details: OF_STATE,
  options: proveOptions,
  examples: [
    "fvm prove state f01234 --data chain --certificates certs.json --network mainnet --table table.json --instance 100 --out actor.car",
  ],
  async run(values, [address = ""], output) {
    const { proveAddress } = await import("./prove/run.js");
    return proveAddress(values, address, undefined, output);
  },
});

export const proveStorage = defineCommand({
  name: "prove storage",
  parameters: ["ADDRESS", "SLOT"],
  summary: "Make a bundle that proves what a contract has in a slot of its storage, in a final state.",
  details: `${OF_STATE} SLOT is a number, decimal or with 0x.`,
  options: proveOptions,
  examples: [
    "fvm prove storage 0x5ca1ab1e... 0x0 --data chain --certificates certs.json --network mainnet --table table.json --instance 100 --out slot.car",
  ],
  async run(values, [address = "", slot = ""], output) {
    const { proveAddress } = await import("./prove/run.js");
    return proveAddress(values, address, slot, output);
  },
});

export const proveMessage = defineCommand({
  name: "prove message",
  parameters: ["CID"],
  summary: "Make a bundle that proves that a message was executed, at which place, and with which receipt.",
  details: OF_MESSAGES,
  options: proveOptions,
  examples: [
    "fvm prove message bafy2bza... --data chain --certificates certs.json --network mainnet --table table.json --instance 100 --out message.car",
  ],
  async run(values, [cid = ""], output) {
    const { proveOfMessage } = await import("./prove/run.js");
    return proveOfMessage(values, "message", cid, undefined, output);
  },
});

export const proveReceipt = defineCommand({
  name: "prove receipt",
  parameters: ["CID"],
  summary: "Make a bundle that proves a receipt by its place, without saying whose it is.",
  details: `${OF_MESSAGES} Much smaller than prove message.`,
  options: proveOptions,
  examples: [
    "fvm prove receipt bafy2bza... --data chain --certificates certs.json --network mainnet --table table.json --instance 100 --out receipt.car",
  ],
  async run(values, [cid = ""], output) {
    const { proveOfMessage } = await import("./prove/run.js");
    return proveOfMessage(values, "receipt", cid, undefined, output);
  },
});

export const proveEvent = defineCommand({
  name: "prove event",
  parameters: ["CID", "INDEX"],
  summary: "Make a bundle that proves an event of a message: INDEX counts the message's events from 0.",
  details: OF_MESSAGES,
  options: proveOptions,
  examples: [
    "fvm prove event bafy2bza... 0 --data chain --certificates certs.json --network mainnet --table table.json --instance 100 --out event.car",
  ],
  async run(values, [cid = "", index = ""], output) {
    const { proveOfMessage } = await import("./prove/run.js");
    return proveOfMessage(values, "event", cid, index, output);
  },
});

export const proveExecution = defineCommand({
  name: "prove execution",
  parameters: [],
  summary:
    "Make a bundle with all that executing a tipset reads: whoever has it can execute the tipset again.",
  details: "Executed are the parents of the tipset of --epoch, whose headers name the outcome.",
  options: proveOptions,
  examples: [
    "fvm prove execution --epoch 5000001 --data chain --certificates certs.json --network mainnet --table table.json --instance 100 --out tipset.car",
  ],
  async run(values, _args, output) {
    const { proveTipset } = await import("./prove/run.js");
    return proveTipset(values, output);
  },
});
