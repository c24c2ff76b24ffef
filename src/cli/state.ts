import { defineCommand } from "./command.js";
import { NETWORK_OPTION, storeOptions } from "./input/options.js";
import { UsageError } from "./usage-error.js";

const stateOptions = {
  ...storeOptions,
  epoch: {
    type: "text",
    value: "N",
    help: "With --data and without ROOT: the tipset of this epoch, or the last one before it. Default: the head.",
  },
  network: NETWORK_OPTION,
  json: { type: "flag", help: "Answer with JSON." },
} as const;

export const stateGet = defineCommand({
  name: "state get",
  parameters: ["[ROOT|VECTOR]", "ADDRESS"],
  summary: "Show an actor of a state, with what it keeps.",
  details:
    "ADDRESS is any of the actor's: f0, f1, f2, f3, f4, or Ethereum's 0x. The states of builtin actors are shown\n" +
    "field by field; what is in maps of their own is a CID. --storage reads slots of a contract.\n" +
    "Of a vector it is the state before its messages, of a chain's folder (--data) that of the head, or of --epoch N: the\n" +
    "one that the tipset is executed on.",
  options: {
    ...stateOptions,
    storage: { type: "list", value: "SLOT", help: "A slot of a contract's storage, such as 7 or 0x07." },
  },
  examples: [
    "fvm state get bafy2bza... f05 --store state.car",
    "fvm state get bafy2bza... 0x52963ef50e27e06d72d59fcb4f3c2a687be3cfef --store state.car --storage 0",
    "fvm state get vector.json f05",
    "fvm state get f05 --data chain --epoch 5000000",
  ],
  async run({ storage, json, ...values }, args, output) {
    const { getActor } = await import("./state/get.js");
    const [address = "", root] = [...args].reverse();
    return getActor(values, root, address, storage, json, output);
  },
});

export const stateDiff = defineCommand({
  name: "state diff",
  parameters: ["[ROOT|VECTOR]", "[ROOT]"],
  summary:
    "Show in what a state differs from an earlier one, or what a vector's messages or a tipset change.",
  details:
    "Each actor that was added, removed or changed is a line; below it is a line for each field that differs, also\n" +
    "within what builtin actors keep, entry by entry, and slot by slot of contracts' storage. What both states\n" +
    "have is not read. A vector is executed to see what its state is afterwards. With --data and without ROOT it is what\n" +
    "the tipset of --epoch N has changed, with the null rounds before it, by what the next one says.",
  options: {
    ...stateOptions,
    limit: {
      type: "count",
      value: "N",
      fallback: 100,
      help: "Entries that are shown of each map or list. Default: 100.",
    },
  },
  examples: [
    "fvm state diff bafy2bzaceav... bafy2bzacebw... --store state.car",
    "fvm state diff vector.json --json > changes.json",
    "fvm state diff --data chain --epoch 5000000",
  ],
  async run({ limit, json, ...values }, [before, after], output) {
    const { diffRoots, diffTipset, diffVector } = await import("./state/diff.js");
    const how = { limit, json, output };
    if (before === undefined) return diffTipset(values, how);
    if (after !== undefined) return diffRoots(values, before, after, how);
    if (values.store.length > 0 || values.data !== undefined)
      throw new UsageError("the second ROOT is missing", "state diff");
    return diffVector(values, before, how);
  },
});

export const stateList = defineCommand({
  name: "state list",
  parameters: ["[ROOT|VECTOR]"],
  summary: "List the actors of a state.",
  details:
    "Each is a line, with type, nonce, balance and f4 address. Their order depends on hashes.\n" +
    "Of a vector it is the state before its messages, of a chain's folder (--data) that of the head, or of --epoch N: the\n" +
    "one that the tipset is executed on.",
  options: {
    ...stateOptions,
    type: { type: "text", value: "TYPE", help: "Only actors of a type, such as storageminer or evm." },
    json: { type: "flag", help: "Answer with a JSON object for each actor, one on a line." },
  },
  examples: ["fvm state list bafy2bza... --store state.car --type evm"],
  async run({ type, json, ...values }, [root], output) {
    const { list } = await import("./state/list.js");
    return list(values, root, type, json, output);
  },
});
