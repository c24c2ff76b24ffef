/**
 * All numbers that this side and C++ state both, by name. Loading the addon compares them both ways, so neither
 * side can change one, add one or drop one alone.
 */
import * as codecs from "../encoding/codecs.js";
import { ErrorNumber, ExitCode } from "../encoding/outcome-numbers.js";
import {
  ActorAccess,
  ActorUse,
  CONTROL_BYTES,
  OBSERVATION_WORDS,
  Observed,
  Outcome,
  PAYLOAD_BYTES,
  STAGED,
  Word,
  Yield,
} from "./addon.js";

/** Exit codes that C++ gives itself. */
const {
  IllegalInstruction,
  InvalidReceiver,
  IllegalExitCode,
  AssertionFailed,
  MissingReturn,
  FirstActorError,
} = ExitCode;
const {
  RAW,
  CBOR,
  DAG_CBOR,
  FIL_COMMITMENT_UNSEALED,
  FIL_COMMITMENT_SEALED,
  IDENTITY,
  SHA2_256,
  BLAKE2B_256,
} = codecs;

const bytesBetween = (from: number, to: number): number => (to - from) * 4;

export const CONTRACT: Readonly<Record<string, number>> = {
  ...named("Word", Word),
  PAYLOAD_BYTES,
  CONTROL_BYTES,
  RESULT_BYTES: bytesBetween(Word.RESULT, Word.CONTEXT),
  MAX_ARGUMENTS: (Word.RESULT - Word.ARGS) / 2,
  MAX_CID_BYTES: bytesBetween(Word.ROOT, Word.CALLER_CODE_SIZE),
  MAX_ADDRESS_BYTES: bytesBetween(Word.DELEGATED, Word.CALLER_DELEGATED_SIZE),
  CONTEXT_BYTES: bytesBetween(Word.CONTEXT, Word.BALANCE),
  STAGED,
  ...named("Yield", Yield),
  ...named("Outcome", Outcome),
  ...named("ActorAccess", ActorAccess),
  ...named("ActorUse", ActorUse),
  ...named("Observed", Observed),
  OBSERVATION_WORDS,
  ...named("ErrorNumber", ErrorNumber),
  ...named("ExitCode", {
    ...{
      IllegalInstruction,
      InvalidReceiver,
      IllegalExitCode,
      AssertionFailed,
      MissingReturn,
      FirstActorError,
    },
  }),
  ...named("codec", {
    ...{
      RAW,
      CBOR,
      DAG_CBOR,
      FIL_COMMITMENT_UNSEALED,
      FIL_COMMITMENT_SEALED,
      IDENTITY,
      SHA2_256,
      BLAKE2B_256,
    },
  }),
};

function named(group: string, values: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${group}.${name}`, value]));
}

/** The first name of which the two sides say different things; undefined if they agree. */
export function disagreement(
  ours: Readonly<Record<string, number>>,
  theirs: Readonly<Record<string, number>>,
): string | undefined {
  return [...Object.keys(ours), ...Object.keys(theirs)].find((name) => ours[name] !== theirs[name]);
}
