import { describe, expect, test } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import { Blocks } from "../../../src/blockstore/blocks.js";
import { MemoryBlockstore } from "../../../src/blockstore/memory-blockstore.js";
import { type Cid, cidText } from "../../../src/encoding/cid.js";
import { DAG_CBOR } from "../../../src/encoding/codecs.js";
import { CborWriter } from "../../../src/ipld/cbor.js";
import { Hamt } from "../../../src/ipld/hamt.js";
import { native } from "../../../src/native/index.js";
import { explainRoots } from "../../../src/tools/vectors/explain.js";
import { diffStates } from "../../../src/tools/vectors/state-diff.js";
import { actorCodec } from "../../../src/vm/state-tree/actor-codec.js";
import { type ActorState, EMPTY_ARRAY, emptyActor } from "../../../src/vm/state-tree/actor-state.js";

const TREE_VERSION = 5;
const blocks = new Blocks(native.blocks(), new MemoryBlockstore());
const read = (cid: Cid) => blocks.find(cid);
const put = (writer: CborWriter) => blocks.put(DAG_CBOR, writer.finish());
const code = put(new CborWriter().text("code"));

/** Actors from 100 on; enough for a tree of several levels. */
function stateOf(changes: Readonly<Record<number, Partial<ActorState> | undefined>>, count = 200): Cid {
  const actors = Hamt.empty(blocks, actorCodec(TREE_VERSION));
  for (let id = 100; id < 100 + count; id++) {
    if (id in changes && changes[id] === undefined) continue;
    actors.set(idAddress(id), { ...emptyActor(code, undefined), ...changes[id] });
  }
  return put(new CborWriter().array(3).u64(TREE_VERSION).cid(actors.flush()).cid(EMPTY_ARRAY));
}

const before = stateOf({});

test("equal states do not differ", () => {
  expect(diffStates(read, before, stateOf({}))).toEqual([]);
  expect(explainRoots(read, before, before)).toEqual([]);
});

describe("the actor and its first field that differ", () => {
  const other = put(new CborWriter().text("other"));
  const delegatedAddress = `\x04\x0aabc` as ActorState["delegatedAddress"];
  const cases: [
    name: string,
    change: Partial<ActorState>,
    field: string,
    expected: string,
    actual: string,
  ][] = [
    ["code", { code: other, nonce: 5 }, "f0150 code", cidText(code), cidText(other)],
    ["nonce", { nonce: 5, balance: 6n }, "f0150 nonce", "0", "5"],
    ["balance", { balance: 6n }, "f0150 balance", "0", "6"],
    ["f4 address", { delegatedAddress }, "f0150 delegated address", "none", "f410fmfrggwgmeqxq"],
  ];

  test.each(cases)("%s", (_name, change, field, expected, actual) => {
    const [difference, ...more] = diffStates(read, before, stateOf({ 150: change }));
    expect(more).toEqual([]);
    expect(difference).toMatchObject({ field, expected });
    if (field.endsWith("address")) expect(difference?.actual).toMatch(/^f410f/);
    else expect(difference?.actual).toBe(actual);
  });

  test("a field of the actor's own state", () => {
    const a = put(new CborWriter().array(2).u64(1).text("x"));
    const b = put(new CborWriter().array(2).u64(1).text("y"));
    expect(diffStates(read, stateOf({ 150: { state: a } }), stateOf({ 150: { state: b } }))).toEqual([
      { field: "f0150 state[1]", expected: "6178", actual: "6179" },
    ]);
  });

  test("a state that is no list", () => {
    const a = put(new CborWriter().u64(1));
    const b = put(new CborWriter().u64(2));
    expect(diffStates(read, stateOf({ 150: { state: a } }), stateOf({ 150: { state: b } }))).toEqual([
      { field: "f0150 state", expected: cidText(a), actual: cidText(b) },
    ]);
  });

  test("an actor that only one has", () => {
    const presence = { expected: `an actor with code ${cidText(code)}`, actual: "no such actor" };
    expect(diffStates(read, before, stateOf({ 150: undefined }))).toEqual([{ field: "f0150", ...presence }]);
    expect(diffStates(read, stateOf({ 150: undefined }), before)).toEqual([
      { field: "f0150", expected: presence.actual, actual: presence.expected },
    ]);
  });

  test("several actors, by ID, and trees of different depth", () => {
    const differences = diffStates(read, stateOf({}, 3), stateOf({ 102: { nonce: 1 } }, 60));
    expect(differences.map(({ field }) => field)).toEqual([
      "f0102 nonce",
      ...Array.from({ length: 57 }, (_, i) => `f0${103 + i}`),
    ]);
  });
});

test("explains in lines, and not too many", () => {
  const lines = explainRoots(read, stateOf({}, 3), stateOf({}, 60));
  expect(lines).toHaveLength(9);
  expect(lines[0]).toMatch(/^f0103: expected no such actor, got an actor with code/);
  expect(lines.at(-1)).toBe("and 49 more actors");
});

test("shared parts of the tree are not needed", () => {
  const after = stateOf({ 150: { nonce: 1 } });
  const used = new Set<Cid>();
  diffStates(
    (cid) => {
      used.add(cid);
      return read(cid);
    },
    before,
    after,
  );
  // Two of each: the state, the root of the tree, and the nodes on the way to the actor.
  expect(used.size).toBeLessThanOrEqual(8);
});

test("a part that is needed and missing is told, not thrown", () => {
  const after = stateOf({ 150: { nonce: 1 } });
  const lines = explainRoots((cid) => (cid === after ? undefined : read(cid)), before, after);
  expect(lines).toEqual([`the states cannot be compared: the vector does not hold block ${cidText(after)}`]);
});
