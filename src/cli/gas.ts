import { defineCommand } from "./command.js";
import { MESSAGE_HELP, messageOptions, stateOptions, storeOptions } from "./input/options.js";

export const gas = defineCommand({
  name: "gas",
  parameters: ["[VECTOR...]"],
  summary: "Show who spent the gas of messages, and on what.",
  details:
    "All messages of the vectors (files of the public schema, or folders of them), or of yours on a state, are\n" +
    "added up. Each table adds up to the gas used. Implicit messages count, too: rewards and cron.\n\n" +
    MESSAGE_HELP,
  options: {
    by: {
      type: "choice",
      choices: ["actor", "method", "category", "charge", "syscall"],
      help: "List all of one kind. Default: the largest by actor, method and category.",
    },
    addresses: { type: "flag", help: "Tell actors of one type apart." },
    speedscope: {
      type: "text",
      value: "FILE",
      help: "Write a flame graph for https://www.speedscope.app: all messages, then each of the first 100.",
    },
    pprof: { type: "text", value: "FILE", help: "Write a profile for go tool pprof." },
    json: { type: "flag", help: "Answer with one JSON object, in milligas." },
    filter: { type: "text", value: "TEXT", help: "Only vectors whose file or id contains it." },
    ...stateOptions,
    ...messageOptions,
    ...storeOptions,
  },
  examples: [
    "fvm gas vectors/hygge --filter multisig",
    "fvm gas vector.json --by charge",
    "fvm gas vector.json --speedscope gas.speedscope.json --pprof gas.pb.gz",
    "fvm gas --state bafy2bza... --store state.car --network 28 --epoch 5000000 --message @message.json",
  ],
  async run(values, vectors, output) {
    const { runGas } = await import("./gas-run.js");
    return runGas(values, vectors, output);
  },
});
