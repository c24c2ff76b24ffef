/** Calls of vectors are decoded by the layouts of their methods. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ActorType } from "../../src/builtin/actors/index.js";
import { BuiltinActors } from "../../src/builtin/builtin-actors.js";
import { decodeCall } from "../../src/builtin/decode-call.js";
import { methodOf } from "../../src/builtin/methods.js";
import type { Decoded } from "../../src/builtin/schema/decode.js";
import { toJson } from "../../src/builtin/values/json.js";
import { decodedText } from "../../src/builtin/values/text.js";
import { RAW } from "../../src/encoding/codecs.js";
import { defaultVectorFolder } from "../../src/tools/vectors/files.js";
import { runVectors } from "../../src/tools/vectors/run-vectors.js";
import { foldCalls } from "../../src/vm/trace/fold-calls.js";
import { type CallTrace, type MessageTrace, Tracer } from "../../src/vm/trace/trace.js";
import { skipLoudly } from "../support/skip.js";

/** Methods that take whatever they are given. */
const NOT_LOOKED_AT: readonly (readonly [type: ActorType, method: string, why: string])[] = [
  ["account", "Receive", "accounts accept all exported methods from version 10 on"],
  ["ethaccount", "InvokeEVM", "so do Ethereum accounts"],
  ["evm", "Receive", "a contract's own methods mean what it likes"],
];

/**
 * Vectors, and how many of their parameters and returns have another layout than is known: malformed ones on purpose,
 * those of methods that an actor has not, and those of contracts' own methods.
 */
const FOLDERS: readonly (readonly [folder: string, filter: string, all: number, others: number])[] = [
  // Mainnet's own messages, the first of each method.
  ["shark", "-1.json", 18, 0],
  ["hygge", "-Ok-1.json", 54, 0],
  ["generated/nv28/account", "", 30, 3],
  ["generated/nv28/datacap", "", 108, 0],
  ["generated/nv28/init", "", 45, 2],
  ["generated/nv28/market", "", 32, 0],
  ["generated/nv28/miner", "", 109, 3],
  ["generated/nv28/multisig", "", 98, 1],
  ["generated/nv28/paych", "", 100, 3],
  ["generated/nv28/system", "", 31, 2],
  ["generated/nv28/evm", "create", 239, 0],
  ["generated/nv28/evm", "native", 42, 16],
  ["generated/nv18/multisig", "", 98, 1],
  // Whole tipsets, with cron.
  ["tipsets/nv22", "market-deals", 359, 0],
  ["tipsets/nv28", "verifreg", 379, 0],
];

interface Count {
  all: number;
  others: number;
  /** Values that another layout than their method's have, though the call went well. */
  readonly surprises: string[];
}

describe("parameters and returns", () => {
  for (const [folder, filter, ...expected] of FOLDERS) {
    const path = join(defaultVectorFolder() ?? "", folder);
    if (!existsSync(path)) {
      skipLoudly(`no vectors ${folder}`);
      continue;
    }
    test(`${folder} ${filter}`, async () => {
      const { all, others, surprises } = await decodeFolder(path, filter);
      expect(surprises).toEqual([]);
      expect([all, others]).toEqual(expected);
    });
  }
});

async function decodeFolder(path: string, filter: string): Promise<Count> {
  const count: Count = { all: 0, others: 0, surprises: [] };
  const tracer = new Tracer();
  await runVectors([path], {
    filter,
    repeat: 0,
    observer(observation) {
      tracer.observer(observation);
      if (observation.kind === "receipt") decodeTrace(tracer.trace(), count);
    },
  });
  return count;
}

function decodeTrace(trace: MessageTrace, count: Count): void {
  if (trace.call === undefined) return;
  const actors = BuiltinActors.of(trace);
  foldCalls(trace.call, (call) => decodeOne(call, actors, count));
}

function decodeOne(call: CallTrace, actors: BuiltinActors, count: Count): void {
  const decoded = decodeCall(call, actors);
  const { params, returns, type, method } = decoded;
  for (const value of [params, returns]) if (value !== undefined) tally(value, count);
  const spec = methodOf(type, actors.version, call.method);
  const isFree = NOT_LOOKED_AT.some(([t, m]) => t === type && m === method);
  if (spec === undefined || isFree || call.end.kind !== "exit" || call.end.code !== 0) return;
  // A contract may be called with bytes that are no CBOR.
  const isRaw = call.params?.codec === RAW;
  const wrong = [isRaw ? undefined : params, returns].filter((value) => value && value.form !== "schema");
  for (const value of wrong) {
    count.surprises.push(`${type} ${method} v${actors.version}: ${value && decodedText(value.value)}`);
  }
}

function tally({ form, value }: Decoded, count: Count): void {
  count.all++;
  if (form !== "schema") count.others++;
  JSON.stringify(toJson(value));
  expect(decodedText(value).length).toBeLessThanOrEqual(400);
}
