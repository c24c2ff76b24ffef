import { networkSource } from "./chain/options.js";
import { defineCommand } from "./command.js";
import { existingFolder } from "./existing-folder.js";
import { untilStopped } from "./interrupt.js";
import { jsonText } from "./json.js";
import { banner } from "./node-banner.js";
import { devOptions, NAME, number, ownChain } from "./node-input.js";

const USUAL_PORT = "8545";
const LONGEST_END_MS = 1_000;

export const node = defineCommand({
  name: NAME,
  parameters: [],
  summary: "Run a node that clients of Ethereum and Filecoin speak to.",
  details:
    "It makes a chain of its own, in memory, or with --data in a folder: real builtin actors, accounts with funds, a\n" +
    "block for each message. With --data and --no-mining it serves a chain that was imported, which stands still.\n" +
    "With --fork it goes on from the chain of a node elsewhere, with --from from a chain or a state on disk.\n" +
    "\n" +
    "JSON-RPC over HTTP and WebSocket on one port, at /, /rpc/v0, /rpc/v1 and /rpc/v2. It answers once it has written\n" +
    "`listening on URL` to stderr. Ctrl-C or SIGTERM ends it.\n" +
    "\n" +
    "It listens on this machine only unless --host says otherwise, and refuses web pages of other sites.",
  options: {
    data: {
      type: "text",
      value: "DIR",
      help: "Folder of the chain: its own, which is begun if there is none, or one that `fvm chain import` made.",
    },
    network: {
      type: "text",
      value: "NAME|FILE",
      help: "Network of an imported chain, or of --from: mainnet, calibnet, butterflynet, or a network's file. Default: what the folder remembers.",
    },
    "no-mining": { type: "flag", help: "No blocks are made by themselves." },
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
    ...devOptions,
    quiet: { type: "flag", help: "Only say where it listens." },
    json: {
      type: "flag",
      help: "Write one JSON object about the node, with its accounts, to stdout once it answers.",
    },
  },
  examples: [
    "fvm node",
    "fvm node --data mychain",
    "fvm node --from snapshot.car --network calibnet",
    "fvm node --block-time 4 --network-version 27",
    "fvm node --data chain --no-mining --lotus --port 1234",
  ],
  async run(values, _args, output) {
    const { host, lotus, quiet } = values;
    const mining = !values["no-mining"];
    const data = mining ? values.data : existingFolder("data", values.data, NAME);
    const port = number("port", values.port ?? USUAL_PORT, 65_535);
    const network = await networkSource(values.network, NAME);
    const own = ownChain(values);

    const { startNode } = await import("../node/index.js");
    const running = await startNode({
      ...own,
      ...(data !== undefined && { data }),
      ...(network !== undefined && { network }),
      ...(!mining && { mining }),
      lotus,
      port,
      ...(host !== undefined && { host }),
      allowedHosts: values["allow-host"],
      allowedOrigins: values["allow-origin"],
      ...(!quiet && mining && { log: (line: string) => output.note(line) }),
      onFault: (method, error) => output.note(faultText(method, error)),
    });
    const { url, chainId, accounts } = running;
    if (!quiet) output.note(`${banner(running, values.mnemonic)}\n`);
    if (values.json) output.answer(jsonText({ url, chainId, accounts }));
    output.note(`listening on ${url}`);
    await untilStopped();
    await running.close();
    // A call that does not heed the end must not keep the process.
    setTimeout(() => process.exit(0), LONGEST_END_MS).unref();
    return 0;
  },
});

function faultText(method: string, error: unknown): string {
  return `fault in ${method}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
