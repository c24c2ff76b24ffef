import { dataOption } from "./chain/options.js";
import { defineCommand } from "./command.js";
import { storeOptions } from "./input/options.js";
import { UsageError } from "./usage-error.js";

/** The chain that a message is in. */
const chainOptions = {
  data: { ...dataOption, help: "The chain: its folder." },
  store: {
    ...storeOptions.store,
    help: "Or CAR files; the first one's roots are the head.",
  },
  bundles: storeOptions.bundles,
  network: {
    type: "text",
    value: "NAME|FILE",
    help: "With --store: mainnet, calibnet, butterflynet, or a network's file.",
  },
  abi: {
    type: "list",
    value: "FILE.json",
    help: "A contract's ABI, or an artifact of Foundry or Hardhat: contracts' data are decoded by it.",
  },
} as const;

const WHERE =
  "The message is looked for from the head back to genesis, by the CID by which explorers know it (with its\n" +
  "signature, unless that is in a block's aggregate), or by the hash of its Ethereum transaction.";

export const messageShow = defineCommand({
  name: "message show",
  parameters: ["CID|HASH"],
  summary: "Show a message of a chain: what it says, where it is, and what became of it.",
  details:
    `${WHERE} Shown are the message with its parameters decoded, its signature, its\n` +
    "Ethereum transaction if it stands for one, the blocks that have it, its receipt and its events. What the chain lacks,\n" +
    "such as old states and receipts of a snapshot, is named.",
  options: {
    ...chainOptions,
    json: { type: "flag", help: "Answer with one JSON object." },
  },
  examples: [
    "fvm message show bafy2bza... --data chain --abi Token.json",
    "fvm message show bafy2bza... --store chain.car --network mainnet",
    "fvm message show 0x5ca1ab1e... --data chain",
  ],
  async run({ json, ...values }, [cid = ""], output) {
    const { showMessage } = await import("./message/show.js");
    return showMessage(values, cid, json, output);
  },
});

export const messageReplay = defineCommand({
  name: "message replay",
  parameters: ["CID|HASH"],
  summary: "Execute a message of a chain again, call by call, and compare its receipt with the chain's.",
  details:
    `${WHERE} Its tipset is executed up to it, on the state that the chain has. Proofs count as\n` +
    "valid. Exit code 1: the receipt is another one than the chain's.",
  options: {
    ...chainOptions,
    params: { type: "flag", help: "Also show what each call is given, emits and returns, decoded." },
    json: { type: "flag", help: "Answer with one JSON object: all that the trace has." },
    html: { type: "text", value: "FILE", help: "Write a page to look at in a browser." },
  },
  examples: [
    "fvm message replay bafy2bza... --data chain --params",
    "fvm message replay bafy2bza... --store devnet.car --network network.json --html message.html",
  ],
  async run({ json, html, params, ...values }, [cid = ""], output) {
    if (json && html !== undefined) throw new UsageError("--html goes without --json", "message replay");
    const { replayMessage } = await import("./message/replay.js");
    return replayMessage(values, cid, { json, html, params }, output);
  },
});
