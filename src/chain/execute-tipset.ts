import { FvmError } from "../errors.js";
import type { ApplyResult } from "../executor/apply-result.js";
import type { Cid } from "../ipld/cid.js";
import type { Machine } from "../machine/machine.js";
import type { Message } from "../message/message.js";
import { cronMessage, rewardMessage } from "./implicit-messages.js";
import { machineFor } from "./machine-for.js";
import { type ChainNode, DEFAULT_BLOCK_DELAY } from "./node.js";
import { receiptsArray } from "./receipts.js";
import { SeenMessages } from "./seen-messages.js";
import type { BlockResult, NullRound, Tipset, TipsetBlock, TipsetResult } from "./tipset.js";

export interface ExecuteTipsetOptions {
  /** Ends the execution early; what was flushed by then are null rounds. */
  readonly signal?: AbortSignal;
  /** Called before each message, implicit ones too. */
  readonly onMessage?: (message: Message) => void;
  /** Called with each result. */
  readonly onResult?: (result: ApplyResult) => void;
}

/**
 * Executes a tipset on the state that its parent has left, as each node of a chain does: cron for each
 * null round, then for each block its messages and its reward, then cron.
 * Sources: lotus chain/consensus/compute_state.go `ApplyBlocks`.
 *
 * Throws `FvmError` INVALID_TIPSET if a reward or cron fails, and what `Machine` throws.
 */
export async function executeTipset(
  node: ChainNode,
  stateRoot: Cid,
  tipset: Tipset,
  options: ExecuteTipsetOptions = {},
): Promise<TipsetResult> {
  const { epoch, parentEpoch, timestamp, baseFee } = tipset;
  const nullRounds: NullRound[] = [];
  let root = stateRoot;
  for (let before = parentEpoch; before < epoch; before++) {
    if (before > parentEpoch) {
      const round = await executeNullRound(node, root, before, baseFee, options);
      nullRounds.push(round);
      root = round.stateRoot;
    }
    root = (await node.migrate?.(before, root)) ?? root;
  }
  const machine = await machineFor(node, root, { epoch, timestamp, baseFee });
  try {
    const run = new EpochRun(machine, epoch, options);
    const blocks: BlockResult[] = [];
    for (const block of tipset.blocks) blocks.push(await run.block(block));
    const cron = await run.cron();
    const receipts = blocks.flatMap(({ messages }) => messages.map(({ receipt }) => receipt));
    const array = receiptsArray(receipts, machine.network);
    await node.blockstore.putMany(array.blocks);
    return { stateRoot: await machine.flush(), receiptsRoot: array.root, nullRounds, blocks, cron };
  } finally {
    machine.close();
  }
}

async function executeNullRound(
  node: ChainNode,
  stateRoot: Cid,
  epoch: number,
  baseFee: bigint,
  options: ExecuteTipsetOptions,
): Promise<NullRound> {
  const timestamp = node.genesisTimestamp + (node.blockDelay ?? DEFAULT_BLOCK_DELAY) * epoch;
  const machine = await machineFor(node, stateRoot, { epoch, timestamp, baseFee });
  try {
    const cron = await new EpochRun(machine, epoch, options).cron();
    return { epoch, stateRoot: await machine.flush(), cron };
  } finally {
    machine.close();
  }
}

/** The messages of one epoch, on one machine. */
class EpochRun {
  private readonly seen = new SeenMessages();

  constructor(
    private readonly machine: Machine,
    private readonly epoch: number,
    private readonly options: ExecuteTipsetOptions,
  ) {}

  async block({ miner, winCount, messages }: TipsetBlock): Promise<BlockResult> {
    const results: ApplyResult[] = [];
    for (const { message, rawLength } of messages) {
      if (!this.seen.add(message)) continue;
      results.push(await this.execute(message, { kind: "explicit", rawLength }));
    }
    const gasReward = results.reduce((sum, { minerTip }) => sum + minerTip, 0n);
    const penalty = results.reduce((sum, result) => sum + result.penalty, 0n);
    const award = rewardMessage(this.epoch, { miner, penalty, gasReward, winCount });
    return { messages: results, gasReward, penalty, reward: await this.implicit("reward", award) };
  }

  async cron(): Promise<ApplyResult> {
    return this.implicit("cron", cronMessage(this.epoch));
  }

  private async implicit(name: string, message: Message): Promise<ApplyResult> {
    const result = await this.execute(message, { kind: "implicit", rawLength: 0 });
    const { exitCode } = result.receipt;
    if (exitCode === 0) return result;
    const reason = `${name} ends with exit code ${exitCode}`;
    throw new FvmError("INVALID_TIPSET", { epoch: this.epoch, reason });
  }

  private async execute(
    message: Message,
    how: { kind: "explicit" | "implicit"; rawLength: number },
  ): Promise<ApplyResult> {
    const { signal, onMessage, onResult } = this.options;
    onMessage?.(message);
    const result = await this.machine.execute(message, { ...how, ...(signal && { signal }) });
    onResult?.(result);
    return result;
  }
}
