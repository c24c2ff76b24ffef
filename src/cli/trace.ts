import { defineCommand } from "./command.js";
import { MESSAGE_HELP, messageOptions, stateOptions, storeOptions } from "./input/options.js";
import { TRACERS } from "./tracer-names.js";
import { UsageError } from "./usage-error.js";

export const trace = defineCommand({
  name: "trace",
  parameters: ["[VECTOR...]"],
  summary: "Show what messages do, call by call: those of test vectors, or of yours on a state.",
  details:
    "Vectors are files of the public schema (filecoin-project/fvm-test-vectors), or folders of them. Each call\n" +
    "is a line: caller, receiver, method, value, gas with that of its own calls, end. With --params lines below it\n" +
    "say what it was given, emitted and returned. Below a message that failed is why.\n\n" +
    "With --lotus each vector is a line of JSON: its traces as Lotus has them (ExecutionTrace), times zero. With\n" +
    "--json each message is a line of JSON, with its receipt and all that its trace has. With --html everything\n" +
    "goes into one HTML file: calls, gas as a flame graph, state, events, with search.\n\n" +
    MESSAGE_HELP,
  options: {
    filter: { type: "text", value: "TEXT", help: "Only vectors whose file or id contains it." },
    ...stateOptions,
    ...messageOptions,
    ...storeOptions,
    params: { type: "flag", help: "Also show what each call is given, emits and returns, decoded." },
    lotus: { type: "flag", help: "Answer with Lotus's traces, a JSON object for each vector." },
    json: { type: "flag", help: "Answer with a JSON object for each message: all that its trace has." },
    html: { type: "text", value: "FILE", help: "Write a page to look at in a browser." },
    tracer: {
      type: "choice",
      value: "NAME",
      choices: TRACERS,
      help: "Answer as nodes of Ethereum do, a JSON object for each vector. prestateTracer and stateDiff take no tipsets.",
    },
    "tracer-config": {
      type: "text",
      value: "JSON",
      help: 'Settings of the tracer by Geth\'s names, such as {"withLog":true}.',
    },
    abi: {
      type: "list",
      value: "FILE.json",
      help: "A contract's ABI, or an artifact of Foundry or Hardhat: contracts' data are decoded by it.",
    },
    "actor-debugging": {
      type: "flag",
      help: "Let actors write debug output, which changes their gas, and so perhaps all that follows.",
    },
  },
  examples: [
    "fvm trace vectors/hygge --filter multisig --params",
    "fvm trace vector.json --lotus > trace.json",
    "fvm trace vector.json --json > trace.jsonl",
    "fvm trace vector.json --html trace.html",
    `fvm trace vector.json --tracer callTracer --tracer-config '{"withLog":true}' --abi out/Token.sol/Token.json`,
    "fvm trace --state bafy2bza... --store state.car --network 28 --epoch 5000000 --message @message.json",
  ],
  async run(given, vectors, output) {
    const { params, lotus, json, html, tracer: name, "tracer-config": config, abi, ...rest } = given;
    const { "actor-debugging": debugging, ...values } = rest;
    if (name !== undefined) {
      if (lotus || json || html !== undefined)
        throw new UsageError("--tracer goes without --lotus, --json and --html", "trace");
      const { runTracer } = await import("./trace-tracer.js");
      return runTracer({ ...values, tracer: name, config, abi, debugging }, vectors, output);
    }
    if (config !== undefined) throw new UsageError("--tracer-config goes with --tracer", "trace");
    if (abi.length > 0 && lotus) throw new UsageError("--abi goes without --lotus", "trace");
    if (html !== undefined) {
      if (lotus || json) throw new UsageError("--html goes without --lotus and --json", "trace");
      const { writeTracePage } = await import("./trace-page.js");
      return writeTracePage({ ...values, html, abi, debugging }, vectors, output);
    }
    if (lotus && json) throw new UsageError("--lotus and --json are one or the other", "trace");
    const { runTrace } = await import("./trace-run.js");
    return runTrace(
      { ...values, form: lotus ? "lotus" : json ? "json" : "text", params, abi, debugging },
      vectors,
      output,
    );
  },
});
