import { SignatureBatch, type VerifyOptions } from "../signatures/batch.js";
import type { RefusedBlock } from "./refusal.js";

/** Which signature is wrong, if one is; or what kept them from being checked. */
export type SignatureVerdict = { readonly wrong: RefusedBlock | undefined } | { readonly error: unknown };

/** Signatures to check, each with the refusal if it is wrong. */
export class SignatureChecks {
  /** Its methods add checks and return their places. */
  readonly batch = new SignatureBatch();
  readonly #refusals = new Map<number, () => RefusedBlock>();

  /** @param place in the batch */
  expect(place: number, refused: () => RefusedBlock): void {
    this.#refusals.set(place, refused);
  }

  /** Checks all. Never rejects, so that it may be awaited later. */
  async verdict(verify: Verify, signal: AbortSignal | undefined): Promise<SignatureVerdict> {
    try {
      const [wrong] = await verify(this.batch, signal === undefined ? {} : { signal });
      return { wrong: wrong === undefined ? undefined : this.#refusals.get(wrong)?.() };
    } catch (error) {
      return { error };
    }
  }
}

/** A way to check a batch: as `SignatureBatch.verify`. */
export type Verify = (batch: SignatureBatch, options: VerifyOptions) => Promise<readonly number[]>;

/** Batches are checked at the same time. */
export const verifyAtOnce: Verify = (batch, options) => batch.verify(options);

/** One batch after the other is checked, each by so many threads. */
export function inTurn(threads: number): Verify {
  let last: Promise<unknown> = Promise.resolve();
  return (batch, options) => {
    const verify = () => batch.verify({ ...options, threads });
    const verifying = last.then(verify, verify);
    last = verifying;
    return verifying;
  };
}
