import { defineCommand } from "./command.js";
import { MESSAGE_HELP, messageOptions, stateOptions, storeOptions } from "./input/options.js";

export const simulate = defineCommand({
  name: "simulate",
  parameters: ["[VECTOR]"],
  summary: "Try messages on a state, on your own or a vector's, and store nothing.",
  details:
    "On a vector's state without --message, the vector's own message is tried. Nobody signs: the sender may be an\n" +
    "address that does not exist yet, or a contract, and needs no nonce. Options for epoch, time, fees and randomness\n" +
    "are of the block that the messages are in. Below a message that fails is why.\n\n" +
    "--override takes JSON as Ethereum's nodes do: {ADDRESS: {balance, nonce, code, state, stateDiff}}, with Ethereum's\n" +
    "or Filecoin's addresses, and for any actor actorCode (CID) and actorState (CID or 0x with DAG-CBOR). Balances are\n" +
    "in attoFIL, code is EVM code, state all of a contract's storage and stateDiff some slots of it.\n\n" +
    MESSAGE_HELP,
  options: {
    index: {
      type: "text",
      value: "N",
      help: "Which of the vector's messages, or the state before which. Default: 0.",
    },
    variant: { type: "text", value: "ID", help: "Which of the vector's variants. Default: the first." },
    override: {
      type: "list",
      value: "FILE",
      help: "State that is to be otherwise, as JSON or a file with JSON.",
    },
    estimate: { type: "flag", help: "Find the least gas limit with which the message does the same." },
    same: {
      type: "choice",
      choices: ["outcome", "exitCode", "calls"],
      help: "What has to be the same: exit code, return data and events (default), less, or all calls, too.",
    },
    lotus: { type: "flag", help: "With --estimate: also the limits that Lotus would give." },
    trace: { type: "flag", help: "Show each call, as fvm trace does." },
    params: { type: "flag", help: "Also show what messages and calls are given, emit and return, decoded." },
    abi: {
      type: "list",
      value: "FILE.json",
      help: "A contract's ABI, or an artifact of Foundry or Hardhat: contracts' data are decoded by it.",
    },
    changes: { type: "flag", help: "Show what the messages change in the state, as fvm state diff does." },
    json: { type: "flag", help: "Answer with one JSON object; traces are Lotus's." },
    ...stateOptions,
    ...messageOptions,
    ...storeOptions,
  },
  examples: [
    "fvm simulate vector.json --index 1 --trace",
    "fvm simulate vector.json --estimate --lotus",
    "fvm simulate --state bafy2bza... --store state.car --network 28 --message @message.json --changes",
    "fvm simulate --state bafy2bza... --store state.car --network 28 --message @message.json --override override.json",
  ],
  async run(values, [vector], output) {
    const { runSimulate } = await import("./simulate-run.js");
    return runSimulate(values, vector, output);
  },
});
