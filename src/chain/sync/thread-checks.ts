import type { Cid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import type { ServiceThread } from "../../threads/service-thread.js";
import { unlessAborted } from "../../util/waits.js";
import type { Chain } from "../history/chain.js";
import type { ChainTipset } from "../history/chain-tipset.js";
import type { BlockMessages } from "../types/message-meta.js";
import type { BlockValidator } from "../validation/block-validator.js";
import type { RefusedBlock } from "../validation/refusal.js";
import { type Outcome, outcomeRefusal } from "../validation/state-checks.js";
import type { CheckingTask } from "./checking-protocol.js";
import type { BegunTipset, ReadTipset, TipsetChecks } from "./tipset-checks.js";

/**
 * Checks in a thread of their own, which says yes or no. What it does not say yes to is checked again in this one: so
 * refusals and errors, which end the validation, have one origin.
 */
export class ThreadChecks implements TipsetChecks {
  /** @param chain with what is on its way to the folder */
  constructor(
    private readonly thread: ServiceThread<CheckingTask, unknown>,
    private readonly chain: Chain,
    private readonly validator: BlockValidator,
  ) {}

  begin(key: readonly Cid[], signal: AbortSignal): BegunTipset {
    const asking = this.thread.ask({ kind: "prepare", key });
    // A thread that is lost is heard of when the outcome is asked for.
    asking.catch(() => undefined);
    return {
      read: () => this.#read(key, signal),
      refused: (outcome) => this.#refused(key, outcome, signal),
    };
  }

  /** Its blocks are in the memory that both threads share by now. */
  async #read(key: readonly Cid[], signal: AbortSignal): Promise<ReadTipset> {
    const tipset = await this.chain.tipset(key, { signal });
    return { tipset, messages: tipset.epoch === 0 ? undefined : await this.#messages(tipset, signal) };
  }

  async #messages(tipset: ChainTipset, signal: AbortSignal): Promise<BlockMessages[] | undefined> {
    try {
      return await this.chain.messages(tipset, { signal });
    } catch (error) {
      if (error instanceof FvmError) return undefined;
      throw error;
    }
  }

  async #refused(
    key: readonly Cid[],
    outcome: Outcome,
    signal: AbortSignal,
  ): Promise<RefusedBlock | undefined> {
    const tipset = await this.chain.tipset(key, { signal });
    if (tipset.epoch === 0) return undefined;
    const isClaimed = tipset.headers.every((header) => outcomeRefusal(header, outcome) === undefined);
    if (isClaimed && (await unlessAborted(this.thread.ask({ kind: "check", key }), signal)) === true)
      return undefined;
    return this.validator.validate(await this.validator.prepare(tipset, { signal }), outcome, { signal });
  }
}
