/** Fields that vectors of all classes have. */
import { gunzipSync } from "node:zlib";
import { freeBytes } from "../../util/bytes.js";
import { i64 } from "../../util/u64.js";
import type { Fields } from "./fields.js";
import type { ExpectedReceipt, RecordedRandomness, Variant } from "./vector.js";

/** All FIL there will ever be, in attoFIL: what a vector without a circulating supply means. */
const TOTAL_FILECOIN = 2_000_000_000n * 10n ** 18n;
const MAINNET_CHAIN_ID = 314;
const RANDOMNESS_BYTES = 32;
/** Bytes that are unzipped at a time. */
const LEAST_CHUNK = 16 << 10;
const LARGEST_CHUNK = 16 << 20;

/** Selectors of the public schema that ask for something this runner has not got. */
const UNSUPPORTED_SELECTORS: Readonly<Record<string, string>> = {
  chaos_actor: "needs the chaos actor",
  puppet_actor: "needs the puppet actor",
  "requires:consensus_fault_extern": "needs a consensus fault extern",
};

export function parseBase(fields: Fields) {
  const before = fields.object("preconditions");
  const after = fields.object("postconditions");
  return {
    file: fields.file,
    id: fields.optional("_meta", (name) => fields.object(name).string("id"), fields.file),
    origin: fields.has("bundle") || fields.has("genesis") ? ("generated" as const) : ("public" as const),
    unsupported: fields.optional("selector", (name) => unsupported(fields.object(name)), undefined),
    car: () => unzip(fields),
    variants: before.objects("variants", parseVariant),
    stateRoot: before.object("state_tree").cid("root_cid"),
    circulatingSupply: before.optional("circ_supply", before.bigint, TOTAL_FILECOIN),
    bundle: fields.optional("bundle", fields.string, undefined),
    genesis: fields.optional("genesis", fields.string, undefined),
    chainId: fields.optional("chain_id", fields.u64, MAINNET_CHAIN_ID),
    randomness: fields.optional("randomness", (name) => fields.objects(name, parseRandomness), []),
    expected: {
      stateRoot: after.object("state_tree").cid("root_cid"),
      receipts: after.objects("receipts", parseReceipt),
    },
  };
}

function unsupported(selector: Fields): string | undefined {
  const found = Object.keys(UNSUPPORTED_SELECTORS).find(
    (name) => selector.has(name) && selector.string(name) === "true",
  );
  return found === undefined ? undefined : UNSUPPORTED_SELECTORS[found];
}

/** Late, because most of a vector's bytes are here and reports on many vectors do not need them. */
function unzip(fields: Fields): Uint8Array {
  const zipped = fields.base64("car");
  try {
    return gunzipSync(zipped, { chunkSize: chunkSize(zipped) });
  } catch (cause) {
    return fields.fail("car", "not gzip", cause);
  } finally {
    freeBytes(zipped);
  }
}

/** The bytes that a gzip stands for, by what it ends with: one array instead of many, and their copy. */
function chunkSize(zipped: Uint8Array): number {
  const end = zipped.subarray(-4);
  const size = end.length < 4 ? 0 : Buffer.from(end).readUInt32LE() + 1;
  return Math.min(Math.max(size, LEAST_CHUNK), LARGEST_CHUNK);
}

function parseVariant(fields: Fields): Variant {
  return { id: fields.string("id"), epoch: fields.integer("epoch"), networkVersion: fields.integer("nv") };
}

function parseRandomness(fields: Fields): RecordedRandomness {
  const [source, epoch] = fields.items("on", (list, index) =>
    index === "0" ? list.string(index) : list.bigint(index),
  );
  const value = fields.base64("ret");
  if (value.length !== RANDOMNESS_BYTES) return fields.fail("ret", "not 32 bytes");
  if ((source !== "chain" && source !== "beacon") || typeof epoch !== "bigint") {
    return fields.fail("on", 'not ["chain" | "beacon", epoch]');
  }
  return { source, epoch: i64(epoch), value };
}

function parseReceipt(fields: Fields): ExpectedReceipt {
  const eventsRoot = fields.optional("events_root", fields.cid, null);
  return {
    exitCode: fields.integer("exit_code"),
    returnData: fields.base64("return"),
    gasUsed: fields.bigint("gas_used"),
    eventsRoot: fields.mentions("events_root") ? eventsRoot : undefined,
  };
}
