/** Layouts that several actors use. */
import { exportedMethodNumber } from "../frc42.js";
import { embedded, list, names, type Schema, tuple } from "../schema/schema.js";

/** By proof type, as `RegisteredSealProof`: four generations for five sector sizes. */
export const sealProof: Schema = names(
  ...["V1", "V1P1", "V1P1_Feat_SyntheticPoRep", "V1P2_Feat_NiPoRep"].flatMap((generation) =>
    ["2KiB", "8MiB", "512MiB", "32GiB", "64GiB"].map((size) => `StackedDRG${size}${generation}`),
  ),
);
/** By proof type, as `RegisteredPoStProof`. */
export const postProof: Schema = names(
  ...["Winning*V1", "Window*V1", "Window*V1P1"].flatMap((kind) =>
    ["2KiB", "8MiB", "512MiB", "32GiB", "64GiB"].map((size) => `StackedDRG${kind.replace("*", size)}`),
  ),
);
/** By proof type, as `RegisteredAggregateProof`. */
export const aggregateProof: Schema = names("SnarkPackV1", "SnarkPackV2");
/** By proof type, as `RegisteredUpdateProof`. */
export const updateProof: Schema = names(
  ...["2KiB", "8MiB", "512MiB", "32GiB", "64GiB"].map((size) => `StackedDRG${size}V1`),
);

export const batchReturn: Schema = tuple({
  success_count: "u64",
  fail_codes: list(tuple({ idx: "u64", code: "exitCode" })),
});

/** An estimate that is smoothed: fixed-point numbers of 128 fractional bits. */
export const filterEstimate: Schema = tuple({ position: "integer", velocity: "integer" });

/** Payload that the power actor gives back to a miner, at an epoch. */
export const cronEventPayload: Schema = tuple({
  event_type: names("WorkerKeyChange", "ProvingDeadline", "ProcessEarlyTerminations"),
});

/** Tokens that can be received, by their standard. */
const tokenTypes = ["FRC46", "FRC53"].map((name) => [exportedMethodNumber(name), name] as const);

/** Parameters of `Receive`, the universal receiver hook (FRC-0046). */
export function receiverParams(payload: Schema): Schema {
  return tuple({
    type: { kind: "names", names: Object.fromEntries(tokenTypes) },
    payload: embedded(payload),
  });
}

/** Payload of `Receive` for tokens. @param operatorData layout of what the operator says to the receiver */
export function tokensReceived(amount: Schema, operatorData: Schema): Schema {
  return tuple({
    from: "actor",
    to: "actor",
    operator: "actor",
    amount,
    operator_data: embedded(operatorData),
    token_data: embedded("any"),
  });
}
