/** Messages that tell when they first write a block. */
import { beforeAll, expect, test } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import { ExitCode } from "../../../src/message/outcome.js";
import type { OnWrite } from "../../../src/vm/call-manager/call-manager.js";
import { TestChain } from "../../support/chain.js";
import { TestNet } from "../../support/net.js";
import { ROOM, Script } from "../../support/script.js";
import { BLAKE2B_256, DAG_CBOR } from "./syscalls/case.js";

const BLOCK = ROOM;
const CID = ROOM + 1_024;
const OUT = ROOM + 2_048;

let net: TestNet;
beforeAll(async () => {
  net = await TestNet.create();
});

function writing(script: Script): Script {
  return script
    .fill(BLOCK, 0xf6, 1)
    .call("ipld.block_create", OUT, DAG_CBOR, BLOCK, 1)
    .call("ipld.block_link", OUT, 2, BLAKE2B_256, 32, CID, 100);
}

async function sent(script: Script, onWrite?: OnWrite, gasLimit?: number) {
  const chain = await TestChain.on(net);
  const message = {
    to: net.id("script"),
    method: 2,
    params: script.bytes(),
    ...(gasLimit !== undefined && { gasLimit }),
  };
  const result = await chain.send(message, onWrite && { onWrite });
  return { chain, result };
}

const twice = () => writing(writing(new Script())).call("self.set_root", CID);

test("who is told once changes nothing, at no gas", async () => {
  const alone = await sent(twice());
  let told = 0;
  const watched = await sent(twice(), () => ++told > 0);
  expect(told).toBe(1);
  expect(alone.result.receipt.exitCode).toBe(0);
  expect(watched.result).toEqual(alone.result);
  expect(await watched.chain.machine.flush()).toBe(await alone.chain.machine.flush());
});

test("gas runs out where it does otherwise", async () => {
  const gasUsed = Number((await sent(twice())).result.receipt.gasUsed);
  for (const gasLimit of [gasUsed, gasUsed - 1, gasUsed - 10_000]) {
    const alone = await sent(twice(), undefined, gasLimit);
    expect((await sent(twice(), () => true, gasLimit)).result).toEqual(alone.result);
  }
});

test("a message that is ended there has done nothing, and others follow", async () => {
  const script = { to: net.id("script"), method: 2, params: twice().bytes() };
  const chain = await TestChain.on(net);
  const actor = () => chain.machine.getActor(idAddress(script.to));
  const before = await actor();
  const { receipt } = await chain.send(script, { onWrite: () => false });
  expect(receipt.exitCode).toBe(ExitCode.AssertionFailed);
  expect(await actor()).toEqual(before);
  expect((await chain.send(script)).receipt.exitCode).toBe(0);
  expect(await actor()).not.toEqual(before);
});

test("who writes nothing tells nothing", async () => {
  let told = 0;
  const script = new Script().call("self.root", OUT, CID, 100);
  await sent(script, () => ++told > 0);
  expect(told).toBe(0);
});
