/** Blocks that are tried, one on the other. */
import * as v from "valibot";
import { callObject, messageOfCall } from "../../eth/call-object.js";
import { settingOf } from "../../eth/calls.js";
import { blockParam, LATEST } from "../../eth/json.js";
import { blockOverrides, stateOverrides } from "../../eth/overrides.js";
import { tryBlocks } from "../../eth/simulated-blocks.js";
import { simulatedBlocksJson } from "../../eth/simulated-json.js";
import type { Node } from "../../node.js";
import { RpcError, rpcCode } from "../../rpc/errors.js";
import { methodsOf, optional, required } from "../../rpc/method.js";
import { named, type Schema } from "../../rpc/schema.js";
import * as answers from "./shapes.js";

const method = methodsOf<Node>();
/** As Geth. */
const MOST_BLOCKS = 256;
/** Calls of all blocks together: each may take as much gas as a block of the chain. */
const MOST_CALLS = 1000;

/** Options that are refused: clients that ask for it must not take its absence for an answer. */
const not = (reason: string) =>
  v.nullish(
    v.pipe(
      v.boolean(),
      v.check((value) => !value, reason),
    ),
  );

const payload = named(
  v.object({
    blockStateCalls: v.array(
      v.object({
        blockOverrides: v.nullish(blockOverrides),
        stateOverrides: v.nullish(stateOverrides),
        calls: v.nullish(v.array(callObject)),
      }),
    ),
    traceTransfers: not("transfers are not made logs here"),
    validation: not("nonces and fees of simulated calls are not checked here"),
    returnFullTransactions: v.nullish(v.boolean()),
  }),
  { name: "Simulation" },
);
type Payload = typeof payload extends Schema<infer T> ? T : never;

const result = v.array(
  v.looseObject({
    hash: answers.hash,
    calls: v.array(
      v.object({
        returnData: answers.data,
        logs: v.array(answers.log),
        gasUsed: answers.quantity,
        status: answers.quantity,
        error: v.optional(
          v.object({ code: v.number(), message: v.string(), data: v.optional(answers.data) }),
        ),
      }),
    ),
  }),
);

export const simulateMethods = [
  method({
    name: "eth_simulateV1",
    summary:
      "Executes blocks of calls, one on the other, on the state after a block. Nothing is kept, and nobody pays.",
    params: [required("simulation", payload), optional("block", blockParam)],
    result,
    ours: true,
    call: async ({ node: { chain, eth }, signal }, simulation, block = LATEST) => {
      const tipset = await eth.tipsetOf(block, "before", { signal });
      const tried = await tryBlocks(chain, tipset, blocksOf(simulation), { signal });
      const { chainId } = chain.network;
      return simulatedBlocksJson(tipset, tried, chainId, simulation.returnFullTransactions === true);
    },
  }),
];

/** Throws `RpcError` if there are too many. */
function blocksOf({ blockStateCalls }: Payload) {
  const count = blockStateCalls.reduce((sum, { calls }) => sum + (calls?.length ?? 0), 0);
  if (blockStateCalls.length > MOST_BLOCKS || count > MOST_CALLS) {
    const limits = `at most ${MOST_BLOCKS} blocks and ${MOST_CALLS} calls`;
    throw new RpcError(rpcCode.simulationTooLarge, `${limits}, got ${blockStateCalls.length} and ${count}`);
  }
  return blockStateCalls.map(({ blockOverrides, stateOverrides, calls }) => ({
    setting: settingOf(stateOverrides ?? undefined, blockOverrides ?? undefined) ?? {},
    messages: (calls ?? []).map(messageOfCall),
  }));
}
