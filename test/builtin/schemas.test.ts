/** Each layout of each actor type and version takes data of its kind, and no other. */
import { describe, expect, test } from "vitest";
import { ACTOR_TYPES, type ActorType, specOf, specsOf } from "../../src/builtin/actors/index.js";
import { BuiltinActors } from "../../src/builtin/builtin-actors.js";
import { exportedMethodNumber } from "../../src/builtin/frc42.js";
import type { Schema, Structure } from "../../src/builtin/schema/schema.js";
import { DAG_CBOR } from "../../src/encoding/codecs.js";
import { sampleOf } from "./sample.js";

const actors = new BuiltinActors([], 28);

/** A network version with each version of the actors. */
const NETWORKS: Readonly<Record<number, number>> = {
  8: 16,
  9: 17,
  11: 19,
  12: 21,
  13: 22,
  14: 23,
  15: 24,
  16: 25,
};

/** All layouts that a value of this one leads to, itself included. */
function layoutsBehind(schema: Schema): Schema[] {
  if (typeof schema === "string") return [schema];
  switch (schema.kind) {
    case "tuple":
      return [schema, ...Object.values(schema.fields).flatMap(layoutsBehind)];
    case "list":
    case "option":
    case "embedded":
      return [schema, ...layoutsBehind(schema.of)];
    case "link":
      return [schema, ...layoutsIn(schema.to)];
    default:
      return [schema];
  }
}

function layoutsIn(structure: Structure): Schema[] {
  if (structure.kind === "block") return layoutsBehind(structure.of);
  if (structure.kind === "hamt" || structure.kind === "amt") {
    return structure.value === undefined ? [] : layoutsBehind(structure.value);
  }
  return [];
}

const cases = ACTOR_TYPES.flatMap((type) =>
  Object.entries(specsOf(type)).map(([version, spec]) => ({ type, version, spec })),
);

test.each(cases)("layouts of $type, version $version", ({ spec }) => {
  const ofMethods = Object.values(spec.methods).flatMap(({ params, returns }) => [params, returns]);
  const all = [spec.state, ...ofMethods].flatMap((schema) => (schema === undefined ? [] : schema));
  for (const layout of all.flatMap(layoutsBehind)) {
    for (const isFull of [true, false]) {
      const data = sampleOf(layout, isFull);
      expect(actors.decode(layout, data)).toMatchObject({ form: "schema" });
    }
    // A map is no layout of theirs.
    if (layout !== "any") {
      expect(actors.decode(layout, Uint8Array.of(0xa1, 0x61, 0x61, 0xf4))).toMatchObject({ form: "cbor" });
    }
  }
});

describe("methods by version", () => {
  const nameOf = (type: ActorType, version: number, number: number) =>
    specOf(type, version)?.methods[number]?.name;

  test.each<[ActorType, number | string, Record<number, string | undefined>]>([
    ["storageminer", 6, { 8: "PreCommitSector", 12: "PreCommitSector", 13: undefined }],
    ["storageminer", 7, { 13: "ProveCommitSector", 14: undefined }],
    ["storageminer", 8, { 16: "ExtendSectorExpiration", 17: undefined }],
    ["storageminer", 17, { 13: "ConfirmSectorProofsValid", 14: "InternalSectorSetupForPreseal" }],
    ["storageminer", 21, { 9: "ConfirmUpdateWorkerKey", 10: "ConfirmChangeWorkerAddress" }],
    ["storageminer", 26, { 16: "ProveCommitAggregate", 17: undefined }],
    ["storageminer", 28, { 8: undefined, 9: "PreCommitSectorBatch2", 18: "PreCommitSectorBatch2" }],
    ["storageminer", 29, { 12: "ProveReplicaUpdates2", 13: undefined }],
    ["storageminer", 34, { 12: undefined, 13: "ProveCommitSectors3" }],
    ["storageminer", 36, { 13: undefined, 14: "ProveCommitSectorsNI" }],
    ["storageminer", "InitialPledge", { 15: undefined, 16: "InitialPledge" }],
    ["storageminer", "ValidateSectorStatus", { 17: undefined, 18: "ValidateSectorStatus" }],
    ["storagemarket", 6, { 11: "ActivateDeals", 12: "BatchActivateDeals" }],
    ["storagemarket", 8, { 11: "ComputeDataCommitment", 12: undefined }],
    ["storagemarket", "AddBalance", { 9: undefined, 10: "AddBalance" }],
    ["storagemarket", "SettleDealPayments", { 12: undefined, 13: "SettleDealPayments" }],
    ["storagepower", 8, { 13: "SubmitPoRepForBulkVerify", 14: undefined }],
    ["storagepower", "MinerPower", { 15: undefined, 16: "MinerPower" }],
    ["verifiedregistry", 5, { 8: "UseBytes", 9: undefined }],
    ["verifiedregistry", 9, { 8: undefined, 9: "ClaimAllocations" }],
    ["verifiedregistry", "Receive", { 8: undefined, 9: "Receive" }],
    ["datacap", 13, { 9: "BalanceOf", 10: undefined }],
    ["datacap", "Balance", { 9: undefined, 10: "Balance" }],
    ["account", 3, { 8: undefined, 9: "AuthenticateMessage", 10: undefined }],
    ["account", "AuthenticateMessage", { 9: undefined, 10: "AuthenticateMessage" }],
    ["multisig", "Receive", { 8: undefined, 9: "Receive" }],
    ["init", 3, { 9: undefined, 10: "Exec4" }],
    ["evm", "InvokeEVM", { 9: undefined, 10: "InvokeEVM" }],
    ["eam", 4, { 9: undefined, 10: "CreateExternal" }],
  ])("%s %s", (type, method, expected) => {
    const number = typeof method === "number" ? method : exportedMethodNumber(method);
    const actual = Object.keys(expected).map((version) => [version, nameOf(type, Number(version), number)]);
    expect(Object.fromEntries(actual)).toEqual(expected);
  });

  test("the types of the first version", () => {
    const types = ACTOR_TYPES.filter((type) => specOf(type, 8) !== undefined);
    expect(types.join(" ")).toBe(
      "system init cron account storagepower storageminer storagemarket paymentchannel multisig reward verifiedregistry",
    );
  });
});

describe("layouts that changed: data of one version is not taken for the other's", () => {
  const at = (version: number) => new BuiltinActors([], NETWORKS[version] ?? 0);
  const layoutOf = (type: ActorType, version: number, what: number | "state", part: "params" | "returns") => {
    const spec = specOf(type, version);
    const schema = what === "state" ? spec?.state : spec?.methods[what]?.[part];
    if (schema === undefined) throw new Error(`${type} ${what} v${version} has no layout`);
    return schema;
  };
  const formAt = (
    type: ActorType,
    version: number,
    what: number | "state",
    part: "params" | "returns",
    data: Uint8Array,
  ) => {
    const actors = at(version);
    if (what === "state") return actors.decodeState(type, data).form;
    const block = { codec: DAG_CBOR, data };
    const decoded =
      part === "params" ? actors.decodeParams(type, what, block) : actors.decodeReturn(type, what, block);
    return decoded?.form;
  };

  test.each<[ActorType, number | "state", "params" | "returns", number, number]>([
    ["storagepower", 9, "returns", 14, 15],
    ["storagepower", "state", "params", 14, 15],
    ["storagemarket", 5, "params", 8, 9],
    ["storagemarket", 5, "params", 12, 13],
    ["storagemarket", 5, "returns", 8, 9],
    ["storagemarket", 5, "returns", 11, 12],
    ["storagemarket", 6, "params", 11, 12],
    ["storagemarket", 6, "returns", 12, 13],
    ["storagemarket", 7, "params", 12, 13],
    ["storagemarket", "state", "params", 8, 9],
    ["storagemarket", "state", "params", 12, 13],
    ["verifiedregistry", 9, "params", 11, 12],
    ["verifiedregistry", 9, "returns", 11, 12],
    ["verifiedregistry", "state", "params", 8, 9],
    ["storageminer", "state", "params", 15, 16],
    ["evm", "state", "params", 15, 16],
  ])("%s %s %s, versions %i and %i", (type, what, part, older, newer) => {
    const dataOf = (version: number) => sampleOf(layoutOf(type, version, what, part), true);
    expect(formAt(type, older, what, part, dataOf(older))).toBe("schema");
    expect(formAt(type, newer, what, part, dataOf(newer))).toBe("schema");
    expect(formAt(type, newer, what, part, dataOf(older))).toBe("cbor");
    expect(formAt(type, older, what, part, dataOf(newer))).toBe("cbor");
  });
});
