import { ADDRESS_PROTOCOL, type Address, addressProtocol, idAddress } from "../../address/address.js";
import { formatAddress } from "../../address/text.js";
import { FvmError } from "../../errors.js";
import type { Message } from "../../message/message.js";
import { addSat, type U64, U64_MAX } from "../../util/u64.js";
import type { Waits } from "../../util/waits.js";
import type { ParentState } from "./parent-state.js";
import type { BlockMessage, Tipset, TipsetBlock } from "./tipset.js";

/** A block's messages that are to be executed, by their places in the block. */
export type Selection = readonly number[];

/** A tipset, as far as its messages are selected by it. */
interface SelectableTipset extends Pick<Tipset, "epoch"> {
  readonly blocks: readonly { readonly messages: readonly Pick<BlockMessage, "message">[] }[];
}

/**
 * The messages of a tipset that count. Blocks of a tipset do not know each other, so they may hold messages
 * of one sender that exclude each other, like one whose fee was raised. The first message of a sender says
 * which nonce is next; what does not go on from there is left out.
 *
 * Senders are told apart as they are written until one of them is an f0 address; from then on by their IDs in
 * the state that the parent has left. Throws `FvmError` INVALID_TIPSET if one of them has none.
 * Source: lotus chain/store/messages.go `BlockMsgsForTipset`.
 */
export function* selectMessages(
  { epoch, blocks }: SelectableTipset,
  state: Pick<ParentState, "resolve">,
): Waits<Selection[]> {
  const nonces = new ExpectedNonces(epoch, state);
  const selections: Selection[] = [];
  for (const { messages } of blocks) {
    const selection: number[] = [];
    for (const [place, { message }] of messages.entries()) {
      if (yield* nonces.take(message)) selection.push(place);
    }
    selections.push(selection);
  }
  return selections;
}

/** For messages that were selected before: each counts once, whoever includes it (lotus compares their CIDs). */
export function distinctMessages(
  blocks: readonly TipsetBlock[],
  isNew: (message: Message) => boolean,
): Selection[] {
  return blocks.map(({ messages }) =>
    messages.flatMap(({ message }, place) => (isNew(message) ? [place] : [])),
  );
}

class ExpectedNonces {
  /** By sender: as it is written, and as an f0 address once that counts. */
  private readonly next = new Map<Address, U64>();
  private byId = false;

  constructor(
    private readonly epoch: number,
    private readonly state: Pick<ParentState, "resolve">,
  ) {}

  /** Whether the message's nonce is the next one of its sender. */
  *take({ from, nonce }: Message): Waits<boolean> {
    if (!this.byId && addressProtocol(from) === ADDRESS_PROTOCOL.ID) {
      this.byId = true;
      for (const [sender, expected] of [...this.next]) this.next.set(yield* this.idOf(sender), expected);
    }
    const sender = this.byId ? yield* this.idOf(from) : from;
    if ((this.next.get(sender) ?? nonce) !== nonce) return false;
    // It wraps, as in Lotus.
    this.next.set(sender, nonce === U64_MAX ? 0 : addSat(nonce, 1));
    return true;
  }

  private *idOf(address: Address): Waits<Address> {
    const id = yield* this.state.resolve(address);
    if (id !== undefined) return idAddress(id);
    const reason = `the sender ${formatAddress(address)} has no ID in the parent's state`;
    throw new FvmError("INVALID_TIPSET", { epoch: this.epoch, reason });
  }
}
