/** Tipsets whose messages are executed before their turn as chance has it, on one thread. */

import { EpochRun } from "../../src/chain/execution/epoch-run.js";
import { cronMessage, rewardMessage } from "../../src/chain/execution/implicit-messages.js";
import { machineOptionsFor } from "../../src/chain/execution/machine-for.js";
import type { ChainNode } from "../../src/chain/execution/node.js";
import { selectionsOf } from "../../src/chain/execution/selections.js";
import type { BlockMessage, Tipset } from "../../src/chain/execution/tipset.js";
import type { Cid } from "../../src/encoding/cid.js";
import type { Message } from "../../src/message/message.js";
import { native } from "../../src/native/index.js";
import { latin1Bytes } from "../../src/util/bytes.js";
import { u64 } from "../../src/util/u64.js";
import type { ApplyKind, ApplyResult } from "../../src/vm/executor/apply-result.js";
import { Machine } from "../../src/vm/machine/machine.js";
import type { PlacedMessage } from "../../src/vm/parallel/placed-message.js";
import { Sequencer } from "../../src/vm/parallel/sequencer.js";
import { Speculator } from "../../src/vm/parallel/speculator.js";

export interface ByChance {
  readonly stateRoot: Cid;
  /** In order of execution, rewards and cron too. */
  readonly results: readonly ApplyResult[];
  readonly repeated: number;
  /** Effects that did not hold. */
  readonly refused: number;
}

/** Executes a tipset of selected messages. */
export async function executeByChance(
  node: ChainNode,
  stateRoot: Cid,
  tipset: Tipset,
  chance: (below: number) => number,
): Promise<ByChance> {
  const { epoch, parentEpoch, blocks, ...context } = tipset;
  const results: ApplyResult[] = [];
  let root = stateRoot;
  for (let before = parentEpoch + 1; before < epoch; before++) {
    const timestamp = u64(BigInt(node.genesisTimestamp) + BigInt(node.blockDelay ?? 30) * BigInt(before));
    const run = await EpochRun.begin(node, root, { ...context, epoch: before, timestamp }, [], {});
    results.push(await run.cron());
    root = await run.machine.flush();
    run.close();
  }
  const options = await machineOptionsFor(node, root, { ...context, epoch }, undefined);
  const share = native.blockShare();
  using machine = await Machine.create(options);
  const sequencer = new Sequencer(machine, share);
  const speculators = await Promise.all([0, 1, 2].map(() => Speculator.create(options, share)));
  const placed: PlacedMessage[] = [];
  const place = (message: Message, rawLength: number): PlacedMessage => {
    const it = { place: placed.length, message, rawLength };
    placed.push(it);
    return it;
  };
  const selections = await selectionsOf(node, root, tipset, { selected: true });
  const turns = blocks.map(({ miner, winCount, messages }, i) => {
    const own = (selections[i] ?? []).map((at) => messages[at] as BlockMessage);
    const places = own.map(({ message, rawLength }) => place(message, rawLength));
    const award = { miner, winCount, penalty: 0n, gasReward: 0n };
    return { places, award, reward: place(rewardMessage(epoch, award), IMPLICIT) };
  });
  const effects = new Map<number, Uint8Array>();
  const counts = { repeated: 0, refused: 0 };
  const tell = (place: number, encoded: string, by?: Speculator) => {
    const effect = latin1Bytes(encoded);
    for (const speculator of speculators) {
      if (chance(8) === 0) continue;
      if (speculator === by) speculator.keep(place);
      else speculator.learn(place, effect);
    }
    return effect;
  };
  const speculate = async (turn: number) => {
    const at = turn + chance(Math.min(placed.length - turn, 12));
    const it = placed[at] as PlacedMessage;
    if (it.rawLength === IMPLICIT) return;
    const speculator = speculators[chance(speculators.length)] as Speculator;
    const effect = await speculator.execute(it);
    if (effect !== undefined) effects.set(at, tell(at, effect, speculator));
  };
  const turn = async (it: PlacedMessage, kind: ApplyKind): Promise<ApplyResult> => {
    while (chance(5) > 1) await speculate(it.place);
    const effect = effects.get(it.place);
    const done = effect && (await sequencer.repeat(it, effect));
    if (done !== undefined) {
      counts.repeated++;
      return done.result;
    }
    if (effect !== undefined) counts.refused++;
    if (chance(3) === 0) return sequencer.execute(it, kind);
    const told = await sequencer.tell(it, kind);
    tell(it.place, told.effect);
    return told.result;
  };
  for (const { places, award, reward } of turns) {
    const own: ApplyResult[] = [];
    for (const it of places) own.push(await turn(it, "explicit"));
    const gasReward = own.reduce((sum, { minerTip }) => sum + minerTip, 0n);
    const penalty = own.reduce((sum, result) => sum + result.penalty, 0n);
    const message = rewardMessage(epoch, { ...award, penalty, gasReward });
    results.push(...own, await turn({ ...reward, message }, "implicit"));
  }
  sequencer.release();
  results.push(await machine.execute(cronMessage(epoch), { kind: "implicit", rawLength: IMPLICIT }));
  for (const speculator of speculators) speculator[Symbol.dispose]();
  return { stateRoot: await machine.flush(), results, ...counts };
}

/** Bytes of implicit messages. */
const IMPLICIT = 0;
