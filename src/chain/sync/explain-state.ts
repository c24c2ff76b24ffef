import type { Cid } from "../../encoding/cid.js";
import { compareStates } from "../../inspect/state/compare-states.js";
import type { ActorId } from "../../vm/state-tree/actor-state.js";
import { executeMessages, type MessageCall } from "../execution/execute-messages.js";
import { cronMessage, rewardMessage } from "../execution/implicit-messages.js";
import type { ChainNode } from "../execution/node.js";
import { firstHeader } from "../history/chain-tipset.js";
import type { ExplainedState, NamedMessage } from "./difference.js";
import { executedMessages } from "./executed-messages.js";
import type { Executed } from "./step.js";

/** Entries that are compared of each map or list. */
const MAX_ENTRIES = 5;

/**
 * In what the state after a tipset differs from that of a header. Throws as `compareStates`.
 *
 * @param root of the header's state
 * @param network number of the tipset's network version
 * @param maxActors actors that are listed
 */
export async function explainedState(
  node: ChainNode,
  executed: Executed,
  root: Cid,
  network: number,
  maxActors: number,
  signal: AbortSignal | undefined,
): Promise<ExplainedState> {
  const before = { root: executed.result.stateRoot, network };
  const options = { maxEntries: MAX_ENTRIES, maxActors, ...(signal && { signal }) };
  const comparison = await compareStates(node.blockstore, before, { root, network }, options);
  const changedBy = new Map<ActorId, NamedMessage[]>(comparison.actors.map(({ id }) => [id, []]));
  for (const { name, changed } of await changesOf(node, executed, signal)) {
    for (const id of changed) changedBy.get(id)?.push(name);
  }
  return { comparison, changedBy };
}

/** The actors that each message of a tipset has changed: executes it again. */
async function changesOf(
  node: ChainNode,
  { tipset, messages, result }: Executed,
  signal: AbortSignal | undefined,
): Promise<{ readonly name: NamedMessage; readonly changed: readonly ActorId[] }[]> {
  const { epoch } = tipset;
  const { parentStateRoot, parentBaseFee: baseFee, timestamp } = firstHeader(tipset);
  const names: NamedMessage[] = [];
  const calls: MessageCall[] = [];
  const add = (name: NamedMessage, call: MessageCall) => {
    names.push(name);
    calls.push({ ...call, changes: true });
  };
  for (const [i, block] of result.blocks.entries()) {
    const { miner, electionProof } = tipset.headers[i] as (typeof tipset.headers)[number];
    const all = messages[i] ?? { bls: [], secp: [] };
    for (const { cid, message, rawLength } of executedMessages(all, block)) {
      add({ kind: "explicit", cid }, { message, rawLength, kind: "explicit" });
    }
    const { gasReward, penalty } = block;
    const award = rewardMessage(epoch, {
      miner,
      gasReward,
      penalty,
      winCount: Number(electionProof?.winCount),
    });
    add({ kind: "reward", block: tipset.key[i] as Cid }, { message: award, rawLength: 0, kind: "implicit" });
  }
  add({ kind: "cron" }, { message: cronMessage(epoch), rawLength: 0, kind: "implicit" });
  const left = result.nullRounds.at(-1)?.stateRoot ?? parentStateRoot;
  const root = (await node.migrate?.(epoch - 1, left, signal === undefined ? {} : { signal })) ?? left;
  const context = { epoch, timestamp, baseFee, key: tipset.key };
  const results = await executeMessages(node, root, context, calls, signal && { signal });
  return results.map(({ changes }, i) => ({
    name: names[i] as NamedMessage,
    changed: [...(changes?.actors.keys() ?? [])],
  }));
}
