import { beforeEach, describe, expect, test } from "vitest";
import type { Address } from "../../../src/address/address.js";
import { idAddress } from "../../../src/address/address.js";
import { emptyActor } from "../../../src/vm/state-tree/actor-state.js";
import { ALICE, ScriptedNetwork, secpAddress, succeed } from "../call-manager/scripted-network.js";

const BASE_FEE = 10n;
const INCLUSION = 38_863 + 46_800 + 1300 * 100 + 475_000;
const ETH = `\x04\x0a${"e".repeat(20)}` as Address;

let net: ScriptedNetwork;
beforeEach(async () => {
  net = await ScriptedNetwork.create({ actors: { contract: succeed } });
});

describe("a message that fails preflight changes nothing", () => {
  const gasLimit = 1_000_000;
  test.each([
    ["gas limit below inclusion", { gasLimit: INCLUSION - 1 }, 7, BASE_FEE * BigInt(INCLUSION)],
    ["unknown sender", { from: secpAddress(5), gasLimit }, 1, BASE_FEE * BigInt(gasLimit)],
    ["missing sender", { from: idAddress(999), gasLimit }, 1, BASE_FEE * BigInt(gasLimit)],
    ["sender that is no account", { from: idAddress(101), gasLimit }, 1, BASE_FEE * BigInt(gasLimit)],
    ["wrong nonce", { nonce: 3, gasLimit }, 2, BASE_FEE * BigInt(gasLimit)],
    ["gas that is too dear", { gasFeeCap: 10n ** 13n, gasLimit }, 2, BASE_FEE * BigInt(gasLimit)],
    // The first check that fails decides.
    ["all of that", { from: idAddress(999), gasLimit: 1, nonce: 3 }, 7, BASE_FEE * BigInt(INCLUSION)],
  ])("%s", async (_, fields, exitCode, penalty) => {
    const before = net.tree.flush();
    const result = await net.send("contract", fields);
    expect(result).toMatchObject({
      receipt: { exitCode, gasUsed: 0, returnData: new Uint8Array(), eventsRoot: undefined },
      penalty,
      minerTip: 0n,
      refund: 0n,
      failure: { kind: "preflight" },
    });
    expect(net.tree.flush()).toBe(before);
  });

  test("an implicit one has no penalty", async () => {
    const result = await net.send("contract", { from: secpAddress(5) }, { kind: "implicit" });
    expect(result).toMatchObject({ receipt: { exitCode: 1 }, penalty: 0n });
  });
});

test("an implicit message may come from anybody, and does not count", async () => {
  const result = await net.send(
    "contract",
    { from: idAddress(101), nonce: 77, gasLimit: 2n ** 62n - 1n },
    { kind: "implicit" },
  );
  expect(result).toMatchObject({ receipt: { exitCode: 0 }, refund: 0n, gasBurned: 0 });
  expect(net.actor("contract").nonce).toBe(0);
});

test.each([0, -1, 2n ** 63n])("a gas limit of %s is no message", async (gasLimit) => {
  await expect(net.send("contract", { gasLimit })).rejects.toMatchObject({ code: "INVALID_MESSAGE" });
});

test("f4 addresses are no addresses up to network version 17", async () => {
  const old = await ScriptedNetwork.create({ version: 17 });
  await expect(old.send(ETH)).rejects.toMatchObject({ code: "INVALID_MESSAGE" });
  await expect(old.send(ALICE, { from: ETH })).rejects.toMatchObject({ code: "INVALID_MESSAGE" });
});

describe("a placeholder that sends becomes an ethaccount", () => {
  const placeholder = (address: Address | undefined, nonce = 0) => {
    const id = net.tree.registerAddress(ETH);
    const actor = { ...emptyActor(net.code("placeholder"), address), nonce, balance: 10n ** 10n };
    net.tree.setActor(id, actor);
    net.tree.journal.commit();
    return id;
  };
  const codeOf = (id: number | bigint) => net.tree.getActor(id)?.code;

  test("with its first message, even if that fails", async () => {
    const id = placeholder(ETH);
    const { receipt } = await net.send(idAddress(999), { from: ETH });
    expect(receipt.exitCode).toBe(5);
    expect(codeOf(id)).toBe(net.code("ethaccount"));
    expect(net.tree.getActor(id)).toMatchObject({ nonce: 1, delegatedAddress: ETH });
  });

  test.each([
    ["a wrong nonce", { nonce: 1 }, 2],
    ["gas that is too dear", { gasFeeCap: 10n ** 9n }, 2],
  ])("not with %s", async (_, fields, exitCode) => {
    const id = placeholder(ETH);
    expect((await net.send("contract", { from: ETH, ...fields })).receipt.exitCode).toBe(exitCode);
    expect(codeOf(id)).toBe(net.code("placeholder"));
  });

  test.each([
    ["another namespace", `\x04\x0b${"e".repeat(20)}` as Address, 0],
    ["no address", undefined, 0],
    ["a nonce", ETH, 1],
  ])("not one with %s", async (_, address, nonce) => {
    const id = placeholder(address, nonce);
    expect((await net.send("contract", { from: ETH, nonce })).receipt.exitCode).toBe(1);
    expect(codeOf(id)).toBe(net.code("placeholder"));
  });
});
