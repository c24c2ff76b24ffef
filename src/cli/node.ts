import { networkSource } from "./chain/options.js";
import { defineCommand } from "./command.js";
import { existingFolder } from "./existing-folder.js";
import { untilStopped } from "./interrupt.js";
import { jsonText } from "./json.js";
import { UsageError } from "./usage-error.js";

const NAME = "node";
const USUAL_PORT = "8545";
const LONGEST_END_MS = 1_000;

export const node = defineCommand({
  name: NAME,
  parameters: [],
  summary: "Run a node that clients of Ethereum and Filecoin speak to.",
  details:
    "JSON-RPC over HTTP and WebSocket on one port: eth_*, net_*, web3_*, trace_*, debug_* and Filecoin.* methods, at /,\n" +
    "/rpc/v0, /rpc/v1 and /rpc/v2. It answers once it has written `listening on URL` to stderr. Ctrl-C or SIGTERM ends it.\n" +
    "\n" +
    "It listens on this machine only unless --host says otherwise, and refuses web pages of other sites.",
  options: {
    data: { type: "text", value: "DIR", help: "Folder of a chain, as `fvm chain import` makes it." },
    network: {
      type: "text",
      value: "NAME|FILE",
      help: "The chain's network: mainnet, calibnet, butterflynet, or a network's file. Default: what the folder remembers.",
    },
    "no-mining": { type: "flag", help: "The chain of --data stands still." },
    lotus: {
      type: "flag",
      help: "Exactly Lotus's answers, texts and statuses, without the departures that serve clients.",
    },
    port: { type: "text", value: "N", help: `Default: ${USUAL_PORT}. 0: one that is free.` },
    host: { type: "text", value: "ADDRESS", help: "Address to listen on. Default: 127.0.0.1." },
    "allow-host": {
      type: "list",
      value: "NAME",
      help: "A name besides localhost that the node may be called by (header Host); * for any. May be repeated.",
    },
    "allow-origin": {
      type: "list",
      value: "ORIGIN",
      help: "An origin of web pages besides this machine's that may ask; * for any. May be repeated.",
    },
    json: { type: "flag", help: "Write one JSON object about the node to stdout once it answers." },
  },
  examples: ["fvm node --data chain --no-mining --lotus --port 1234"],
  async run(values, _args, output) {
    const { startNode } = await import("../node/index.js");
    const { network, lotus, host } = values;
    const port = portFrom(values.port ?? USUAL_PORT);
    const data = existingFolder("data", values.data, NAME);
    if (data === undefined) throw new UsageError("--data DIR is missing", NAME);
    const source = await networkSource(network, NAME);
    const running = await startNode({
      data,
      lotus,
      port,
      allowedHosts: values["allow-host"],
      allowedOrigins: values["allow-origin"],
      ...(source !== undefined && { network: source }),
      ...(host !== undefined && { host }),
      onFault: (method, error) => output.note(faultText(method, error)),
    });
    if (values.json) output.answer(jsonText({ url: running.url }));
    output.note(`listening on ${running.url}`);
    await untilStopped();
    await running.close();
    // A call that does not heed the end must not keep the process.
    setTimeout(() => process.exit(0), LONGEST_END_MS).unref();
    return 0;
  },
});

function portFrom(text: string): number {
  if (/^[0-9]{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new UsageError(`--port is ${text}, not a number from 0 to 65535`, NAME);
}

function faultText(method: string, error: unknown): string {
  return `fault in ${method}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
