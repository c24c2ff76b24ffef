import { cidText } from "../encoding/cid.js";
import { FvmError } from "../errors.js";
import { BlockNotFound } from "../ipld/block-access.js";

/** Steps from a certificate to a claim, each of which a hash links to the one before. */
export type ProofLink =
  /** From the certificates to the tipset of the epoch. */
  | "tipset"
  | "header"
  | "state"
  /** From an address to an ID. */
  | "address"
  | "actor"
  | "contract"
  | "slot"
  | "receipts"
  | "events"
  | "messages"
  /** Executing the tipset again. */
  | "execution"
  /** The answer that was found is not the one that is claimed. */
  | "answer";

/** Thrown where a claim does not follow. */
export class BrokenLink {
  constructor(
    readonly link: ProofLink,
    readonly text: string,
    /** Text of the CID of a block that is not there. */
    readonly missing?: string,
  ) {}
}

/** One step. Throws `BrokenLink` if a block is missing or malformed. */
export function at<T>(link: ProofLink, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (error instanceof BlockNotFound) {
      const missing = cidText(error.cid);
      throw new BrokenLink(link, `block ${missing} is missing`, missing);
    }
    if (error instanceof FvmError) throw new BrokenLink(link, error.message);
    throw error;
  }
}
