/**
 * Where answers are not Lotus's, because what Lotus does makes clients of Ethereum fail. `--lotus` turns them all
 * off. The table in docs/node.md is made from this list.
 */
export interface Departure {
  /** Its subject. */
  readonly topic: string;
  readonly lotus: string;
  readonly here: string;
  /** Whom it serves. */
  readonly why: string;
}

export const departures: readonly Departure[] = [
  {
    topic: "HTTP status",
    lotus: "500 or 400 for a request that cannot be executed",
    here: "200 for each answer of JSON-RPC",
    why: "ethers does not read the answer of another status",
  },
  {
    topic: "path `/`",
    lotus: "404",
    here: "as `/rpc/v1`; a page for browsers",
    why: "clients and wallets are given a URL without a path",
  },
  {
    topic: "batches over WebSocket",
    lotus: "no answer",
    here: "answered as over HTTP",
    why: "clients that batch wait for ever",
  },
  {
    topic: "a batch with an item that is no request",
    lotus: "refused as a whole",
    here: "that item gets an error, the others their answers",
    why: "one bad request fails nobody else's",
  },
  {
    topic: "a WebSocket frame that is no request",
    lotus: "no answer",
    here: "an error with `id` null",
    why: "the author of a client sees what is wrong",
  },
  {
    topic: "parameters at the end, such as a block",
    lotus: "must be there, `null` is a value",
    here: "may be left out or null; the block is then `latest`",
    why: "clients leave them out, as Ethereum's API allows",
  },
  {
    topic: "parameters of a wrong kind or number",
    lotus: "code -32700, or 1, with texts of Go's decoder",
    here: "code -32602, naming the parameter",
    why: "-32700 says that the text is no JSON",
  },
  {
    topic: "a block that there is not: unknown, null round, after `latest`",
    lotus: "an error, of null rounds with code 12",
    here: "null, of `eth_getBlock*`; states are still read at the block before",
    why: "clients take null for no such block, and report errors",
  },
  {
    topic: "`eth_getTransactionCount` of an unknown account, `pending`",
    lotus: "an error",
    here: "0x0",
    why: "clients ask before they can say that there are no funds",
  },
  {
    topic: "bodies",
    lotus: "100 MiB",
    here: "16 MiB, status 413 beyond",
    why: "a test's node shares its machine's memory",
  },
  {
    topic: "the block `earliest`",
    lotus: "refused, but in `eth_getLogs`",
    here: "genesis, also for `eth_getCode`",
    why: "it is one of Ethereum's tags",
  },
  {
    topic: "transactions",
    lotus: "`accessList` null, no `gasPrice` and no `yParity` of type 2, no `blockTimestamp`",
    here: "`accessList` [], `gasPrice` what was paid per gas, or at most is, `yParity`, `blockTimestamp`",
    why: "Ethereum's API has them",
  },
  {
    topic: "`cumulativeGasUsed` of receipts",
    lotus: "0",
    here: "the gas of all transactions of the block up to it",
    why: "tools add gas up by it",
  },
  {
    topic: "`logsBloom` of the pending block",
    lotus: "all ones",
    here: "that of its logs",
    why: "filters need not look into each block",
  },
  {
    topic: "events without topics and data (LOG0)",
    lotus: "in no receipt and no filter",
    here: "logs like others",
    why: "its index loses them",
  },
  {
    topic: "a transaction of the head, which is not executed yet",
    lotus: "null until the next tipset",
    here: "as a pending one",
    why: "hardhat-ethers waits for each transaction that it has sent",
  },
  {
    topic: "`eth_call` of a creation",
    lotus: "`0x`",
    here: "the code that the constructor returns",
    why: "viem's calls without deployment, ERC-6492",
  },
  {
    topic: "`eth_call` and `eth_estimateGas` with other states and blocks",
    lotus: "refused",
    here: "state overrides as the third parameter, block overrides (`number`, `time`, `baseFeePerGas`, `prevRandao`) as the fourth",
    why: "clients try what would be",
  },
  {
    topic: "`eth_estimateGas` of a contract that reverts if too little gas is left",
    lotus: "fails with code 1, unless a call runs out of gas",
    here: "the limit with which it succeeds is searched for; what reverts with any limit has code 3 and data",
    why: "entry points (ERC-4337) and relayers look at the gas that is left",
  },
  {
    topic: "`eth_estimateGas` without `from`, or from the zero address",
    lotus: "fails, because that address has no money for gas",
    here: "gas costs nothing",
    why: "clients, such as cast, estimate before a wallet is connected",
  },
  {
    topic: "fees that are proposed on a chain of the node's own",
    lotus: "limits of 125 % of the gas used, premiums from 100,000 attoFIL on",
    here: "limits of 108 %, of which nothing is burnt, and a premium of 0: the fee is `gasUsed` times `effectiveGasPrice`. `eth_gasPrice` and `Filecoin.*` as Lotus. `eth_sendTransaction` leaves out a premium of 1, which Hardhat offers where 0 is proposed",
    why: "tests of Hardhat and others take the fee off the sender's balance to the last digit",
  },
  {
    topic: "a transaction that waits is replaced",
    lotus: "by a premium above 110 %",
    here: "also by a fee cap and a premium of 110 %",
    why: "110 % of no premium is none",
  },
  {
    topic:
      "filters of logs whose range has `pending`, `safe` or `finalized`, or goes beyond the latest block",
    lotus: "refused",
    here: "taken; what is not there yet is told once it is",
    why: "clients of Ethereum ask so",
  },
  {
    topic: "`eth_getFilterLogs`",
    lotus: "logs since the last poll",
    here: "all logs of the filter",
    why: "it is what Ethereum's API says",
  },
  {
    topic: "block filters and `newHeads`",
    lotus: "tell of the head, whose messages have not been executed, and of both sides of a fork",
    here: "tell of each block that becomes `latest`, with its bloom",
    why: "clients ask for what is in the block as soon as they hear of it",
  },
  {
    topic: "logs where one tipset takes another's place on the same parent",
    lotus: "told as removed, and once more",
    here: "told once: they stay what they are",
    why: "whoever counts events counts them twice",
  },
  {
    topic: "`logIndex` in filters and subscriptions",
    lotus: "counts the logs that match",
    here: "the place in the block, as in receipts",
    why: "clients tell logs apart by it",
  },
  {
    topic: "filters at the same time",
    lotus: "100",
    here: "10,000; they keep no results",
    why: "suites of tests leave theirs behind",
  },
  {
    topic: "`trace_replayBlockTransactions` with `stateDiff`",
    lotus: "refused",
    here: "answered; `trace` is [] where Lotus has null",
    why: "explorers ask for it",
  },
  {
    topic: "blocks of `trace_filter`",
    lotus: "`earliest` and `finalized` refused, `safe` 30 epochs behind, blocks after `latest` an error",
    here: "the tags mean what they mean elsewhere, and what is not there yet has no traces",
    why: "a range is the same for logs and for traces",
  },
  {
    topic:
      "tipsets before genesis, by `Filecoin.ChainGetTipSetByHeight`, `…AfterHeight`, `ChainGetFinalizedTipSet`",
    lotus: "an error",
    here: "genesis, as for `finalized` of Ethereum's methods",
    why: "iso-filecoin looks 900 epochs back on new chains, too",
  },
  {
    topic: "`Filecoin.ChainGetTipSet` with an empty key",
    lotus: "an error",
    here: "the head",
    why: "all other methods take it so",
  },
];
