import { asBytes, ownBytes } from "../util/bytes.js";
import { anything, is, optional } from "../util/check.js";
import { type Checks, checkedOptionsOnly } from "../util/options.js";
import type { U64 } from "../util/u64.js";
import { noAnswers } from "../vm/externs/no-answers.js";
import type { MachineOptions } from "../vm/machine/options.js";

/** Changes to the block that messages are executed in. */
export interface BlockOverride {
  /** Epoch. */
  readonly epoch?: number;
  /** Seconds since 1970. */
  readonly timestamp?: U64;
  /** attoFIL per gas, below 2^128. */
  readonly baseFee?: bigint;
  /** attoFIL, below 2^128. */
  readonly circulatingSupply?: bigint;
  /** 32 bytes: the answer to every question for randomness, of the chain or the beacon. */
  readonly randomness?: Uint8Array;
}

const RANDOMNESS_BYTES = 32;

const CHECKS: Checks<BlockOverride> = {
  // The machine says what is wrong with these.
  epoch: anything,
  timestamp: anything,
  baseFee: anything,
  circulatingSupply: anything,
  randomness: optional(
    is((value) => asBytes(value)?.length === RANDOMNESS_BYTES, `bytes, ${RANDOMNESS_BYTES} of them`),
  ),
};

/** A machine's options with another block. Throws `FvmError` INVALID_OPTION. */
export function withBlock(options: MachineOptions, block: BlockOverride): MachineOptions {
  const { randomness, ...fields } = checkedOptionsOnly(block, CHECKS, "block");
  if (randomness === undefined) return { ...options, ...fields };
  const answer = ownBytes(randomness);
  const { externs = noAnswers } = options;
  return {
    ...options,
    ...fields,
    externs: {
      getChainRandomness: () => answer,
      getBeaconRandomness: () => answer,
      getTipsetCid: (epoch) => externs.getTipsetCid(epoch),
      verifyConsensusFault: (...headers) => externs.verifyConsensusFault(...headers),
    },
  };
}
