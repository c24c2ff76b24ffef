/**
 * C++ answers some syscalls out of what JavaScript has lent of the running actor. It must make no difference:
 * random scripts end alike when nothing is lent.
 */
import { afterEach, describe, expect, test, vi } from "vitest";
import { buildActors } from "../../../actors/build.mjs";
import { cidText } from "../../../src/encoding/cid.js";
import { ChargedState } from "../../../src/vm/call-manager/charged-state.js";
import type { ApplyResult } from "../../../src/vm/executor/apply-result.js";
import { TestChain } from "../../support/chain.js";
import { TestNet } from "../../support/net.js";
import { ROOM, Script } from "../../support/script.js";
import { randomNumbers } from "../../support/test-data.js";

const OUT = ROOM;
/** Offset of self.root; behind it, CIDs that a script has made. */
const ROOT = ROOM + 0x100;
const MADE = ROOM + 0x200;
const CODE = ROOM + 0x300;
const FOREIGN = ROOM + 0x400;
const DATA = ROOM + 0x1000;
const DAG_CBOR = 0x71;
const BLAKE2B_256 = 0xb220;
const READ_ONLY = 1;
const NO_LIMIT = -1n;
const RUNS = 150;

const { script: wasm } = await buildActors(21);
const net = await TestNet.create({ contracts: { other: wasm as Uint8Array } });

type Dice = ReturnType<typeof randomNumbers>;
type Step = (script: Script, roll: Dice, depth: number) => Script;

const steps: readonly Step[] = [
  (script, roll) =>
    script
      .call("self.root", OUT, ROOT, roll(8) === 0 ? 37 : 100)
      .read(OUT, 4)
      .read(ROOT, 38),
  (script) => script.call("self.current_balance", OUT).read(OUT, 16),
  (script, roll) => script.call("self.set_root", [ROOT, MADE, FOREIGN][roll(3)] as number),
  makeBlock,
  (script, roll) => makeBlock(script, roll).call("self.set_root", MADE),
  (script, roll) => {
    const id = someActor(roll);
    return script.call("actor.get_actor_code_cid", OUT, id, CODE, roll(8) === 0 ? 37 : 38).read(CODE, 38);
  },
  (script, roll) =>
    script.call("actor.get_builtin_actor_type", OUT, [ROOT, CODE][roll(2)] as number).read(OUT, 4),
  (script) => script.call("gas.available", OUT).read(OUT, 8),
  (script, roll) => {
    const room = roll(8) === 0 ? 20 : 66;
    return script
      .call("actor.lookup_delegated_address", OUT, someActor(roll), CODE, room)
      .read(OUT, 4)
      .read(CODE, 22);
  },
  sendScript,
  sendScript,
  sendScript,
  (script, roll) => (roll(6) === 0 ? script.call("self.self_destruct", 1) : script),
  (script, roll) => (roll(8) === 0 ? script.call("vm.exit", 20, 0, 0, 0) : script),
];

function someActor(roll: Dice): number {
  return net.id(["alice", "eve", "script", "other"][roll(4)] as string);
}

function makeBlock(script: Script, roll: Dice): Script {
  const data = Uint8Array.of(0x82, roll(24), roll(24));
  return script
    .write(DATA, data)
    .call("ipld.block_create", OUT + 32, DAG_CBOR, DATA, data.length)
    .read(OUT + 32, 4)
    .call("ipld.block_link", OUT + 36, handles(roll), BLAKE2B_256, 32, MADE, 38)
    .read(MADE, 38);
}

/** Handle of a block that may be there. */
function handles(roll: Dice): number {
  return 2 + roll(4);
}

function sendScript(script: Script, roll: Dice, depth: number): Script {
  if (depth === 0) return script;
  const to = net.address(roll(2) === 0 ? "script" : "other");
  const other = randomScript(roll, depth - 1);
  const value = roll(3) === 0 ? roll(5) : 0;
  const gasLimit = roll(5) === 0 ? BigInt(roll(20)) * 1_000_000n : NO_LIMIT;
  const handle = handles(roll);
  const flags = roll(6) === 0 ? READ_ONLY : 0;
  return script.send(to, other, { out: OUT, data: DATA, handle, value, gasLimit, flags }).read(OUT + 64, 20);
}

function randomScript(roll: Dice, depth: number): Script {
  const script = new Script().write(FOREIGN, net.code("token"));
  for (let count = 2 + roll(7); count > 0; count--) {
    (steps[roll(steps.length)] as Step)(script, roll, depth);
  }
  // An actor that aborts tells why its last call failed.
  return roll(2) === 0 ? script : script.call("vm.exit", 21, 0, 0, 0);
}

async function run(seed: number, gasLimit: number) {
  const chain = await TestChain.on(net);
  try {
    const results = [];
    for (const [number, from] of [net.alice, net.eve].entries()) {
      const params = randomScript(randomNumbers(2 * seed + number), 3).bytes();
      const { receipt, failure } = await chain.send({
        from,
        to: net.id("script"),
        method: 2,
        params,
        gasLimit,
      });
      results.push({ receipt, failure });
    }
    return { results, root: cidText(await chain.machine.flush()) };
  } finally {
    chain.close();
  }
}

/** The syscalls of which an abort says why they failed. */
function explained(runs: readonly { readonly results: readonly { failure: ApplyResult["failure"] }[] }[]) {
  const failures = runs.flatMap(({ results }) => results.map(({ failure }) => failure));
  return failures.flatMap((failure) => {
    const cause = failure?.kind === "backtrace" ? failure.backtrace.cause : undefined;
    return cause?.kind === "syscall" ? `${cause.module}.${cause.name}` : [];
  });
}

afterEach(() => vi.restoreAllMocks());

describe.each([
  ["enough gas", () => 10_000_000_000],
  ["scarce gas", (seed: number) => 3_000_000 + 150_000 * seed],
])("%s", (_, gasLimit) => {
  test(`${RUNS} random scripts end alike, lent or not`, async () => {
    const lending = [];
    for (let seed = 0; seed < RUNS; seed++) lending.push(await run(seed, gasLimit(seed)));
    const lent = ["self.root", "self.set_root", "actor.get_actor_code_cid"];
    expect(explained(lending)).toEqual(expect.arrayContaining(lent));
    const reads = vi.spyOn(ChargedState.prototype, "paidActor").mockReturnValue(undefined);
    for (const [seed, lent] of lending.entries())
      expect(await run(seed, gasLimit(seed)), `seed ${seed}`).toEqual(lent);
    expect(reads).toHaveBeenCalled();
  });
});
