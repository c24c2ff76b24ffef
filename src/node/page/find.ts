/** Where on the pages a text leads that people have at hand. */
import { cidText, parseCid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { cidOfHash } from "../eth/hashes.js";
import type { EthHash } from "../eth/json.js";
import type { Node } from "../node.js";

/** The path of what a text names: an epoch, a message, a transaction, a block, an address; or `undefined`. */
export async function pathOf(node: Node, given: string, signal: AbortSignal): Promise<string | undefined> {
  const text = given.trim();
  if (/^[0-9]{1,15}$/.test(text)) return `/tipset/${text}`;
  if (/^0x[0-9a-f]{64}$/i.test(text)) return pathOfHash(node, text.toLowerCase() as EthHash, signal);
  if (/^0x[0-9a-f]{40}$/i.test(text) || /^[ft][0-4]/.test(text)) return `/actor/${encodeURIComponent(text)}`;
  const cid = cidOf(text);
  return cid === undefined ? undefined : `/message/${cidText(cid)}`;
}

async function pathOfHash({ chain }: Node, hash: EthHash, signal: AbortSignal): Promise<string> {
  const cid = cidOfHash(hash);
  const tipset = await chain.tipsetOf(cid, { signal });
  if (tipset !== undefined) return `/tipset/${tipset.epoch}`;
  // Messages of Filecoin's accounts are known by their CID's digest.
  return `/message/${cidText((await chain.cidOf(hash, { signal })) ?? cid)}`;
}

function cidOf(text: string) {
  try {
    return parseCid(text);
  } catch (error) {
    if (error instanceof FvmError) return undefined;
    throw error;
  }
}
