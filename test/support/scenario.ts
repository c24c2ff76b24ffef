/** A bit of everything, one message after the other: for comparing machines that must agree. */
import { encode } from "@ipld/dag-cbor";
import type { Cid } from "../../src/encoding/cid.js";
import type { ApplyResult } from "../../src/vm/executor/apply-result.js";
import type { TestChain, TestMessage } from "./chain.js";
import { blsKey, ethKey, secpKey } from "./keys.js";
import type { TestNet } from "./net.js";

export interface ScenarioStep {
  readonly name: string;
  readonly exit: number;
  /** First network version that has what it needs. */
  readonly since?: 18;
  /** The sender. Default: Alice. */
  readonly from?: "bob";
  message(net: TestNet): Omit<TestMessage, "from">;
}

export interface ScenarioOutcome {
  /** By name of the step, in order. */
  readonly results: ReadonlyMap<string, ApplyResult>;
  readonly stateRoot: Cid;
}

const FIL = 10n ** 18n;

export const scenario: readonly ScenarioStep[] = [
  {
    name: "creation of a token",
    exit: 0,
    message: (net) => ({
      to: 1,
      method: 2,
      params: net.execParams("token", encode([net.id("alice"), 1_000_000])),
    }),
  },
  { name: "transfer", exit: 0, message: (net) => ({ to: net.bob.address, value: 5n * FIL }) },
  {
    name: "transfer to a new secp256k1 account",
    exit: 0,
    message: () => ({ to: secpKey(60).address, value: FIL }),
  },
  {
    name: "transfer to a new BLS account",
    exit: 0,
    message: () => ({ to: blsKey(61).address, value: FIL }),
  },
  {
    name: "transfer to a new Ethereum account",
    exit: 0,
    since: 18,
    message: () => ({ to: ethKey(62).address, value: FIL }),
  },
  {
    name: "more than there is",
    exit: 6,
    from: "bob",
    message: (net) => ({ to: net.alice.address, value: 10n ** 30n }),
  },
  { name: "no such receiver", exit: 5, message: () => ({ to: 9_999_999 }) },
  {
    name: "token transfer",
    exit: 0,
    message: (net) => ({ to: net.nextId, method: 2, params: encode([net.id("bob"), 1000]) }),
  },
  {
    name: "token transfer of too much",
    exit: 19,
    from: "bob",
    message: (net) => ({ to: net.nextId, method: 2, params: encode([net.id("alice"), 5000]) }),
  },
  {
    name: "balance through another actor",
    exit: 0,
    message: (net) => ({
      to: net.id("caller"),
      method: 2,
      params: net.forwardParams({ to: net.address(net.nextId), method: 3, params: encode(net.id("bob")) }),
    }),
  },
  {
    name: "five levels of calls",
    exit: 0,
    message: (net) => ({ to: net.id("caller"), method: 3, params: encode(5) }),
  },
  {
    name: "events",
    exit: 0,
    since: 18,
    message: (net) => ({ to: net.id("emitter"), method: 2, params: encode(40) }),
  },
  {
    name: "events that vanish",
    exit: 20,
    since: 18,
    message: (net) => ({ to: net.id("emitter"), method: 3, params: encode(3) }),
  },
  {
    name: "abort with data",
    exit: 40,
    message: (net) => ({ to: net.id("mortal"), method: 2, params: encode([40, Buffer.from("why")]) }),
  },
  { name: "trap", exit: 4, message: (net) => ({ to: net.id("mortal"), method: 6 }) },
  {
    name: "unknown block returned",
    exit: 11,
    message: (net) => ({ to: net.id("mortal"), method: 4 }),
  },
  { name: "unknown method", exit: 22, message: (net) => ({ to: net.id("token"), method: 77 }) },
  {
    name: "out of gas",
    exit: 7,
    message: (net) => ({ to: net.id("mortal"), method: 7, gasLimit: 50_000_000 }),
  },
  {
    name: "self-destruction",
    exit: 0,
    message: (net) => ({
      to: net.id("mortal"),
      method: 3,
      params: encode(net.version < 21 ? Buffer.from(net.bob.address) : 1),
    }),
  },
  {
    name: "message to what is gone",
    exit: 5,
    message: (net) => ({ to: net.id("mortal"), method: 2 }),
  },
];

/** Runs all steps that the network's version knows, and flushes. */
export async function runScenario(chain: TestChain): Promise<ScenarioOutcome> {
  const { net } = chain;
  const results = new Map<string, ApplyResult>();
  for (const { name, from, message } of stepsOf(net.version)) {
    results.set(name, await chain.send({ ...message(net), from: from === "bob" ? net.bob : net.alice }));
  }
  return { results, stateRoot: await chain.machine.flush() };
}

export function stepsOf(version: number): readonly ScenarioStep[] {
  return scenario.filter(({ since = 0 }) => since <= version);
}
