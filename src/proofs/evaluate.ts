/** Answers to claims' questions from blocks: provers and verifiers get them the same way. */
import { type Address, addressId, idAddress } from "../address/address.js";
import { formatAddress } from "../address/text.js";
import { selectMessages } from "../chain/execution/select-messages.js";
import { type BlockHeader, decodeHeader } from "../chain/types/header.js";
import { readBlockMessages, readMessageCids } from "../chain/types/message-meta.js";
import { tipsetOrder } from "../chain/types/tipset-key.js";
import type { Cid } from "../encoding/cid.js";
import { FvmError } from "../errors.js";
import { Amt, CHAIN_AMT, EVENTS_AMT } from "../ipld/amt.js";
import type { BlockAccess } from "../ipld/block-access.js";
import { type CborReader, type Codec, decodeCbor } from "../ipld/cbor.js";
import { Hamt } from "../ipld/hamt.js";
import { Kamt } from "../ipld/kamt.js";
import { eventCodec } from "../message/event.js";
import { type Receipt, receiptCodec, storedReceiptDecoder } from "../message/receipt.js";
import type { Waits } from "../util/waits.js";
import { actorCodec } from "../vm/state-tree/actor-codec.js";
import { type ActorId, type ActorState, SingletonId } from "../vm/state-tree/actor-state.js";
import type {
  ActorClaim,
  Claim,
  ClaimQuestion,
  EventClaim,
  MessageClaim,
  ReceiptClaim,
  StorageClaim,
} from "./claims.js";
import { at, BrokenLink } from "./link.js";

/** Keys of the tipsets that are final, by epoch. */
export type FinalTipsets = ReadonlyMap<number, readonly Cid[]>;

/** Questions that blocks answer without execution. */
export type ReadQuestion = Exclude<ClaimQuestion, { kind: "execution" }>;

const receipts: Codec<Receipt> = { ...receiptCodec, ...storedReceiptDecoder };

/**
 * The claim with its answer. Throws `BrokenLink` if what leads to it is absent or malformed; what `BlockAccess.get` throws
 * beside `BlockNotFound`.
 */
export function evaluate(question: ReadQuestion, blocks: BlockAccess, final: FinalTipsets): Claim {
  const { header } = tipsetAt(question.epoch, blocks, final);
  switch (question.kind) {
    case "actor":
      return actorClaim(question, header, blocks);
    case "storage":
      return storageClaim(question, header, blocks);
    case "receipt":
      return receiptClaim(question, header, blocks);
    case "event":
      return eventClaim(question, header, blocks);
    case "message":
      return messageClaim(question, header, blocks);
  }
}

/** A tipset that is final. */
export interface FinalTipset {
  readonly key: readonly Cid[];
  /** The first one: all of a tipset say the same of its parents. */
  readonly header: BlockHeader;
}

/** The tipset of an epoch: a certified one, or an ancestor of one by the links of headers. */
export function tipsetAt(epoch: number, blocks: BlockAccess, final: FinalTipsets): FinalTipset {
  const above = [...final.keys()].filter((certified) => certified >= epoch);
  if (above.length === 0) throw new BrokenLink("tipset", `no certificate makes epoch ${epoch} final`);
  let key = final.get(Math.min(...above)) as readonly Cid[];
  for (;;) {
    const header = headerOf(key[0] as Cid, blocks);
    const height = Number(header.height);
    if (height === epoch) return { key, header };
    if (height < epoch) throw new BrokenLink("tipset", `there is no tipset of epoch ${epoch}`);
    if (header.parents.length === 0) throw new BrokenLink("tipset", "headers end before it");
    key = header.parents;
  }
}

function headerOf(cid: Cid, blocks: BlockAccess): BlockHeader {
  return at("header", () => decodeHeader(blocks.get(cid)));
}

interface FoundActor {
  readonly id: ActorId;
  readonly actor: ActorState;
}

function findActor(address: Address, header: BlockHeader, blocks: BlockAccess): FoundActor | undefined {
  const actors = at("state", () => {
    const [version, root] = decodeCbor(stateRoot, blocks.get(header.parentStateRoot));
    return Hamt.load(blocks, root, actorCodec(version));
  });
  const id = at("address", () => addressId(address) ?? resolved(address, actors, blocks));
  const actor = id === undefined ? undefined : at("actor", () => actors.get(idAddress(id)));
  return actor === undefined || id === undefined ? undefined : { id, actor };
}

function resolved(address: Address, actors: Hamt<ActorState>, blocks: BlockAccess): ActorId | undefined {
  const init = actors.get(idAddress(SingletonId.Init));
  if (init === undefined) throw new FvmError("INVALID_STATE", { reason: "there is no init actor" });
  const map = decodeCbor(initState, blocks.get(init.state));
  return Hamt.load(blocks, map, ids).get(address);
}

function actorClaim(
  question: Omit<ActorClaim, "actor">,
  header: BlockHeader,
  blocks: BlockAccess,
): ActorClaim {
  const found = findActor(question.address, header, blocks);
  return { ...question, actor: found && { id: found.id, ...found.actor } };
}

function storageClaim(
  question: Omit<StorageClaim, "contract">,
  header: BlockHeader,
  blocks: BlockAccess,
): StorageClaim {
  const found = findActor(question.address, header, blocks);
  if (found === undefined)
    throw new BrokenLink("actor", `there is no actor ${formatAddress(question.address)}`);
  const { id, actor } = found;
  const { storage, isDead } = at("contract", () => decodeCbor(contractState, blocks.get(actor.state)));
  if (isDead) throw new BrokenLink("contract", "it has destroyed itself");
  const value = at("slot", () => Kamt.load(blocks, storage).get(question.slot) ?? 0n);
  return { ...question, contract: { id, code: actor.code, state: actor.state, storage, value } };
}

function receiptClaim(
  question: Omit<ReceiptClaim, "receipt">,
  header: BlockHeader,
  blocks: BlockAccess,
): ReceiptClaim {
  return { ...question, receipt: receiptAt(question.index, header, blocks) };
}

function receiptAt(index: number, { parentMessageReceipts }: BlockHeader, blocks: BlockAccess): Receipt {
  const found = at("receipts", () => Amt.load(blocks, parentMessageReceipts, receipts, CHAIN_AMT).get(index));
  if (found !== undefined) return found;
  throw new BrokenLink("receipts", `there is no receipt ${index}`);
}

function eventClaim(
  question: Omit<EventClaim, "content">,
  header: BlockHeader,
  blocks: BlockAccess,
): EventClaim {
  const { eventsRoot } = receiptAt(question.index, header, blocks);
  if (eventsRoot === undefined) throw new BrokenLink("events", "the message has no events");
  const content = at("events", () =>
    Amt.load(blocks, eventsRoot, eventCodec, EVENTS_AMT).get(question.event),
  );
  if (content === undefined) throw new BrokenLink("events", `there is no event ${question.event}`);
  return { ...question, content };
}

function messageClaim(
  question: Omit<MessageClaim, "index" | "receipt">,
  header: BlockHeader,
  blocks: BlockAccess,
): MessageClaim {
  const executed = at("messages", () => executedMessages(header, blocks));
  const index = executed.indexOf(question.message);
  if (index < 0) throw new BrokenLink("messages", "the message was not executed");
  return { ...question, index, receipt: receiptAt(index, header, blocks) };
}

/** CIDs of the messages of a header's parents that were executed, in order. */
function executedMessages(child: BlockHeader, blocks: BlockAccess): Cid[] {
  const headers = tipsetOrder(child.parents.map((cid) => decodeHeader(blocks.get(cid)))).map(
    ({ header }) => header,
  );
  const lists = headers.map(({ messages }) => {
    const { bls, secp } = readMessageCids(blocks, messages);
    return [...bls, ...secp];
  });
  const distinct = [...new Set(lists.flat())];
  const { count } = Amt.load(blocks, child.parentMessageReceipts, receipts, CHAIN_AMT);
  // Blocks of a tipset have a sender's messages in the same order: as many receipts as there are messages, and each was
  // executed where it comes first.
  if (distinct.length === count) return distinct;
  return selectedMessages(headers, lists, blocks);
}

/** As a node selects them, by senders and nonces: blocks of a tipset may have messages that exclude each other. */
function selectedMessages(
  headers: readonly BlockHeader[],
  lists: readonly (readonly Cid[])[],
  blocks: BlockAccess,
): Cid[] {
  const [first] = headers as [BlockHeader, ...BlockHeader[]];
  const tipset = {
    epoch: Number(first.height),
    blocks: headers.map(({ messages }) => {
      const { bls, secp } = readBlockMessages(blocks, messages);
      const all = [...bls, ...secp.map(({ message }) => message)];
      return { messages: all.map((message) => ({ message })) };
    }),
  };
  const resolve = (address: Address) => atOnce(() => findActor(address, first, blocks)?.id);
  const work = selectMessages(tipset, { resolve });
  const step = work.next();
  if (step.done !== true) throw new FvmError("MUST_WAIT", { operation: "select messages" });
  return step.value.flatMap((places, i) => places.map((place) => lists[i]?.[place] as Cid));
}

/** Waits for nothing: whoever reads blocks that come later begins anew. */
// biome-ignore lint/correctness/useYield: work of no waits
function* atOnce<T>(work: () => T): Waits<T> {
  return work();
}

/** Version of the tree, and root of its actors. */
const stateRoot: Pick<Codec<readonly [number, Cid]>, "decode"> = {
  decode(reader) {
    reader.tuple(3);
    const version = reader.u32();
    if (version !== 4 && version !== 5) reader.fail(`state tree version ${version}`);
    const actors = reader.cid();
    reader.cid();
    return [version, actors];
  },
};

/** The init actor's map of addresses. */
const initState: Pick<Codec<Cid>, "decode"> = {
  decode(reader) {
    reader.tuple(3);
    const map = reader.cid();
    reader.u64();
    reader.text();
    return map;
  },
};

const ids: Codec<ActorId> = {
  encode: (id, writer) => void writer.u64(id),
  decode: (reader) => reader.u64(),
};

/** A contract's state, of any version of the EVM actor: storage comes third, the tombstone last. */
const contractState: Pick<Codec<{ readonly storage: Cid; readonly isDead: boolean }>, "decode"> = {
  decode(reader: CborReader) {
    const fields = reader.array();
    if (fields !== 5 && fields !== 6) reader.fail("the actor is no contract");
    reader.cid();
    if (reader.bytes().length !== 32) reader.fail("the actor is no contract");
    const storage = reader.cid();
    if (fields === 6) reader.skip();
    reader.u64();
    const isDead = !reader.null();
    if (isDead) reader.skip();
    return { storage, isDead };
  },
};
