import { addressId } from "../../address/address.js";
import { formatAddress, type NetworkLetter } from "../../address/text.js";
import type { ActorType } from "../../builtin/actors/index.js";
import type { BuiltinActors } from "../../builtin/builtin-actors.js";
import type { DecodedValue, Range } from "../../builtin/values/value.js";
import { FvmError } from "../../errors.js";
import { bytesJson, cidJson } from "./json.js";

/** A value that JSON writes; integers beyond 2^53 are bigints. */
export type GoJson = null | boolean | number | bigint | string | readonly GoJson[] | GoFields;
interface GoFields {
  readonly [name: string]: GoJson;
}

/** Fields that Lotus's Go types name otherwise than the actors' source does. */
const GO_NAMES: Readonly<Record<string, string>> = {
  multi_address: "Multiaddrs",
  next_id: "NextID",
  next_tx_id: "NextTxnID",
  pending_txs: "PendingTxns",
  position: "PositionEstimate",
  pre_committed_sectors_cleanup: "PreCommittedSectorsCleanUp",
  remove_data_cap_proposal_ids: "RemoveDataCapProposalIDs",
  total_qa_bytes_committed: "TotalQABytesCommitted",
  this_epoch_qa_power_smoothed: "ThisEpochQAPowerSmoothed",
  velocity: "VelocityEstimate",
  window_post_proof_type: "WindowPoStProofType",
  window_post_partition_sectors: "WindowPoStPartitionSectors",
};
/** Fields that have a type of their own in Go: an array of numbers, an actor's number. */
const GO_TYPES: Readonly<Record<string, (field: DecodedValue) => GoJson | undefined>> = {
  bytecode_hash: (field) => (field.kind === "bytes" ? [...field.value] : undefined),
  origin: (field) => (field.kind === "address" ? addressId(field.value) : undefined),
};
/** Types whose states Lotus does not read. */
const UNREAD: ReadonlySet<ActorType> = new Set(["eam", "ethaccount", "placeholder"]);
/** Bit fields may be long; what does not fit is refused. */
const LIMITS = { maxItems: 1_000_000 };

/**
 * An actor's state as Lotus's `StateReadState` has it: the fields of its Go types; null where it reads none.
 *
 * @param type undefined: no builtin actor
 * @throws FvmError INVALID_STATE if the state is not one of this type
 */
export function stateJson(
  actors: BuiltinActors,
  type: ActorType | undefined,
  data: Uint8Array,
  letter: NetworkLetter,
): GoJson {
  if (type === undefined || UNREAD.has(type)) return null;
  const { form, value, mismatch } = actors.decodeState(type, data, LIMITS);
  if (form !== "schema") {
    throw new FvmError("INVALID_STATE", { reason: `not the state of ${type}: ${mismatch ?? form}` });
  }
  return goJson(value, letter);
}

/** A decoded value as Go writes it. Throws `FvmError` INVALID_STATE if something was left out. */
export function goJson(value: DecodedValue, letter: NetworkLetter): GoJson {
  switch (value.kind) {
    case "null":
      return null;
    case "bool":
    case "text":
    case "float":
      return value.value;
    case "integer":
      return typeof value.value === "bigint" ? String(value.value) : value.value;
    case "amount":
      return String(value.value);
    case "named":
      return value.value;
    case "bytes":
      return bytesJson(value.value);
    case "address":
      return formatAddress(value.value, letter);
    case "cid":
      return { ...cidJson(value.value) };
    case "ranges":
      return whole(value, runLengths(value.ranges));
    case "list":
      // Go's lists that were read as empty are nil.
      return whole(value, value.items.length === 0 ? null : value.items.map((item) => goJson(item, letter)));
    case "record":
      return Object.fromEntries(
        value.fields.map(({ name, value: field }) => [
          goName(name),
          GO_TYPES[name]?.(field) ?? goJson(field, letter),
        ]),
      );
    case "map":
    case "cut":
      throw new FvmError("INVALID_STATE", { reason: "the state is too large to show" });
  }
}

function whole(value: { readonly omitted: number }, json: GoJson): GoJson {
  if (value.omitted === 0) return json;
  throw new FvmError("INVALID_STATE", { reason: "the state is too large to show" });
}

/** Lengths of runs, zeros first. Source: go-bitfield rle/runs.go. */
function runLengths(ranges: readonly Range[]): GoJson {
  if (ranges.length === 0) return [0];
  const lengths: number[] = [];
  let next = 0;
  for (const [first, last] of ranges) {
    lengths.push(Number(first) - next, Number(last) - Number(first) + 1);
    next = Number(last) + 1;
  }
  return lengths;
}

function goName(name: string): string {
  return GO_NAMES[name] ?? name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
