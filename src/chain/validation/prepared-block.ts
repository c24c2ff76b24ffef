import { type BlockAccessOptions, walkBlocks } from "../../blockstore/access.js";
import type { Blockstore } from "../../blockstore/blocks.js";
import { type Cid, cidText, parseCid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import type { ChainNetwork } from "../networks/networks.js";
import type { BlockHeader } from "../types/header.js";
import type { BlockMessages } from "../types/message-meta.js";
import { messagesRefusal } from "./message-checks.js";
import { type BlockRefusal, refusal } from "./refusal.js";
import type { ReadMessages, TipsetMessages } from "./tipset-messages.js";

/** Blocks of mainnet whose messages are not checked. Source: Lotus build/buildconstants, `WhitelistedBlock`. */
const UNCHECKED: ReadonlySet<Cid> = new Set(
  ["bafy2bzaceapyg2uyzk7vueh3xccxkuwbz3nxewjyguoxvhx77malc2lzn2ybi"].map(parseCid),
);

/** A block with its messages, of which all is checked that needs no state. */
export interface PreparedBlock {
  readonly cid: Cid;
  readonly header: BlockHeader;
  /** Undefined if they cannot be read, which `refusal` tells then. */
  readonly messages: BlockMessages | undefined;
  readonly refusal: BlockRefusal | undefined;
  /** Whether its messages are to be checked. */
  readonly isChecked: boolean;
}

/** Where a block and its messages are, and the rules that they have to follow. */
export interface PreparationSetting {
  readonly store: Blockstore;
  readonly network: ChainNetwork;
  readonly known: TipsetMessages;
}

/** Reads a block's messages and checks them as far as no state is needed. Throws as `readBlocks`. */
export async function preparedBlock(
  { store, network, known }: PreparationSetting,
  cid: Cid,
  header: BlockHeader,
  options: BlockAccessOptions,
): Promise<PreparedBlock> {
  const isChecked = !UNCHECKED.has(cid);
  const common = { cid, header, isChecked };
  let read: ReadMessages;
  try {
    read = await walkBlocks(store, (blocks) => known.read(blocks, header.messages), options);
  } catch (error) {
    if (!(error instanceof FvmError)) throw error;
    return {
      ...common,
      messages: undefined,
      refusal: refusal("MALFORMED_MESSAGES", { reason: error.message }),
    };
  }
  const { messages, root } = read;
  if (!isChecked) return { ...common, messages, refusal: undefined };
  if (root !== header.messages) {
    const roots = { expected: cidText(root), found: cidText(header.messages) };
    return { ...common, messages, refusal: refusal("MESSAGE_ROOT", roots) };
  }
  return { ...common, messages, refusal: messagesRefusal(network, Number(header.height), messages, known) };
}
