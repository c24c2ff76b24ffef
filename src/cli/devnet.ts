import { defineCommand } from "./command.js";

export const devnet = defineCommand({
  name: "devnet",
  parameters: [],
  summary: "Make a chain to test with.",
  details:
    "Everything follows from the seed: accounts, miners, blocks and messages. Blocks follow every rule of the network but\n" +
    "the proof of spacetime, which is a text. The file is a snapshot as Lotus exports it, compressed with zstd if\n" +
    "its name ends with .zst. `fvm chain import FILE --data DIR --network NETWORK-FILE` takes it.\n" +
    "Kinds of messages: send, create, multisig, fail; of contracts deploy, call, token, swap, hash, ask, batch; of storage\n" +
    "providers and their clients announce, prove, commit, faults, withdraw, balance, deals, verify, allocate.",
  options: {
    seed: { type: "text", value: "TEXT", help: "Another seed, another chain. Default: 1." },
    tipsets: { type: "count", value: "N", fallback: 100, help: "Tipsets after genesis. Default: 100." },
    out: {
      type: "text",
      value: "FILE",
      help: "Where the snapshot goes, in place of a file that is there. Needed.",
    },
    "network-out": {
      type: "text",
      value: "FILE",
      help: "Where the network's file goes. Default: the snapshot's name with .network.json.",
    },
    "network-version": { type: "text", value: "N", help: "Of the beginning, 16 to 28. Default: the newest." },
    "network-upgrade": {
      type: "list",
      value: "N@EPOCH",
      help: "An upgrade to version N after an epoch, such as 28@60. May be repeated.",
    },
    bundle: {
      type: "text",
      value: "NETWORK",
      help: "Network whose builtin actors it has, such as testing-fake-proofs. Default: mainnet.",
    },
    bundles: {
      type: "text",
      value: "DIR",
      help: "Also bundles of builtin actors of this folder, beside those of FVM_BUNDLES and the user's cache.",
    },
    genesis: {
      type: "text",
      value: "FILE",
      help: "Begins with the state of a network's first block: a CAR of it, or a snapshot back to it. --network-version and --bundle say what it runs.",
    },
    miners: { type: "count", value: "N", fallback: 5, help: "Miners. Default: 5." },
    providers: {
      type: "text",
      value: "N",
      help: "Storage providers, which make no blocks. Default: 6 for each of --messages if the mix has messages of theirs.",
    },
    accounts: {
      type: "count",
      value: "N",
      fallback: 5,
      help: "Accounts of each kind: secp256k1, BLS and Ethereum. Default: 5.",
    },
    messages: {
      type: "count",
      value: "N",
      least: 0,
      fallback: 10,
      help: "Messages in a tipset, on average, before what blocks leave out. Default: 10.",
    },
    mix: {
      type: "text",
      value: "NAME|KIND:N,...",
      help: "Which messages: usual, mainnet, or how often each kind comes, such as send:50,swap:30. Default: usual.",
    },
    "null-rounds": {
      type: "count",
      value: "PERCENT",
      least: 0,
      fallback: 5,
      help: "Tipsets before which epochs are left out, beside those that no miner wins. Default: 5.",
    },
    "block-delay": {
      type: "count",
      value: "SECONDS",
      fallback: 30,
      help: "From epoch to epoch. Default: 30.",
    },
    beacon: {
      type: "choice",
      choices: ["mock", "quicknet"],
      help: "Its beacon: mock, whose entries anybody can make, or quicknet, signed by a key of the seed. Default: mock.",
    },
    states: {
      type: "text",
      value: "N|all",
      help: "Epochs up to the head whose states the snapshot has. Default: 2000.",
    },
    format: {
      type: "choice",
      choices: ["1", "2"],
      help: "Version of the snapshot (FRC-0108). Default: 1.",
    },
    json: { type: "flag", help: "Answer with one JSON object." },
  },
  examples: [
    "fvm devnet --seed 7 --tipsets 200 --out devnet.car",
    "fvm devnet --mix mainnet --messages 20 --tipsets 300 --out busy.car",
    "fvm devnet --network-version 27 --network-upgrade 28@60 --out upgrade.car",
  ],
  async run(values, _args, output) {
    const { runDevnet } = await import("./devnet-run.js");
    return runDevnet(values, output);
  },
});
