import { SignatureBatch } from "../signatures/batch.js";
import type { SignedMessage } from "../types/signed-message.js";
import type { RefusedBlock } from "./refusal.js";

/** Which signature is wrong, if one is; or what kept them from being checked. */
export type SignatureVerdict = { readonly wrong: RefusedBlock | undefined } | { readonly error: unknown };

/** Signatures to check, each with the refusal if it is wrong. */
export class SignatureChecks {
  /** Its methods add checks and return their places. */
  readonly batch = new SignatureBatch();
  readonly #refusals = new Map<number, () => RefusedBlock>();
  readonly #signed = new Set<SignedMessage>();

  /** Whether a message's signature is not among them yet; it is from now on. */
  isNew(signed: SignedMessage): boolean {
    if (this.#signed.has(signed)) return false;
    this.#signed.add(signed);
    return true;
  }

  /** @param place in the batch */
  expect(place: number, refused: () => RefusedBlock): void {
    this.#refusals.set(place, refused);
  }

  /** Checks all. Never rejects, so that it may be awaited later. */
  async verdict(verify: Verify, signal: AbortSignal | undefined): Promise<SignatureVerdict> {
    try {
      const [wrong] = await verify(this.batch, signal);
      return { wrong: wrong === undefined ? undefined : this.#refusals.get(wrong)?.() };
    } catch (error) {
      return { error };
    }
  }
}

/** A way to check a batch. Resolves to what `SignatureBatch.verify` does. */
export type Verify = (batch: SignatureBatch, signal: AbortSignal | undefined) => Promise<readonly number[]>;

/** Batches are checked at the same time. */
export const verifyAtOnce: Verify = (batch, signal) => batch.verify(signal === undefined ? {} : { signal });
