/** News for JavaScript of the answers that C++ gives actors out of what was lent. */
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { ActorUse, Word } from "../../../src/native/addon.js";
import { NativeFrames } from "../../../src/vm/call-manager/native-frames.js";
import { TestChain } from "../../support/chain.js";
import { TestNet } from "../../support/net.js";
import { ROOM, Script } from "../../support/script.js";
import { BLAKE2B_256, DAG_CBOR } from "./syscalls/case.js";

const OUT = ROOM;
const CID = ROOM + 1_024;
const MADE = ROOM + 2_048;
const DATA = ROOM + 4_096;

let net: TestNet;
beforeAll(async () => {
  net = await TestNet.create();
});
afterEach(() => vi.restoreAllMocks());

/** Facts that were used in each run of the native stack. */
async function used(script: Script): Promise<number[]> {
  const found: number[] = [];
  const { takeRoot } = NativeFrames.prototype;
  vi.spyOn(NativeFrames.prototype, "takeRoot").mockImplementation(function (this: NativeFrames) {
    const { words } = this as unknown as { words: Uint32Array };
    found.push(words[Word.ACTOR_USED] as number);
    words[Word.ACTOR_USED] = 0;
    return takeRoot.call(this);
  });
  const chain = await TestChain.on(net);
  const { receipt } = await chain.send({ to: net.id("script"), method: 2, params: script.bytes() });
  chain.close();
  expect(receipt.exitCode).toBe(0);
  return found;
}

const root = (script: Script) => script.call("self.root", OUT, CID, 100);
const balance = (script: Script) => script.call("self.current_balance", OUT);
const setRoot = (script: Script) =>
  script
    .fill(DATA, 0xf6, 1)
    .call("ipld.block_create", OUT, DAG_CBOR, DATA, 1)
    .call("ipld.block_link", OUT, 2, BLAKE2B_256, 32, MADE, 100)
    .call("self.set_root", MADE);
/** Anything that JavaScript answers. */
const ask = (script: Script) => script.call("actor.balance_of", OUT, net.id("alice"));
const nothing = (script: Script) => script.call("gas.available", OUT);

type Act = (script: Script) => Script;

test.each<[string, readonly Act[], readonly number[]]>([
  ["nothing", [nothing, setRoot], [0]],
  ["its root", [root, root], [ActorUse.Root]],
  ["its balance", [balance], [ActorUse.Balance]],
  ["both", [root, balance], [ActorUse.Root | ActorUse.Balance]],
  ["both, with a yield between them", [root, ask, balance], [ActorUse.Root, ActorUse.Balance]],
  ["its root and its own one", [root, setRoot, root], [ActorUse.Root]],
  ["its own root", [setRoot, root], [0]],
  [
    "a root that does not fit into its buffer",
    [(script) => script.call("self.root", OUT, CID, 3)],
    [ActorUse.Root],
  ],
])("who asks for %s", async (_, acts, expected) => {
  expect(await used(acts.reduce((script, act) => act(script), new Script()))).toEqual(expected);
});
