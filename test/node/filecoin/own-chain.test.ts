/** Lotus's API for Filecoin on a chain that the node makes. */
import { beforeEach, describe, expect, test } from "vitest";
import type { Address } from "../../../src/address/address.js";
import { formatAddress } from "../../../src/address/text.js";
import { makeDevChain, type TestChain, withDevChains } from "../../support/dev-chain.js";
import { TestConnection, type WholeNode, wholeNode } from "../../support/whole-node.js";

interface CidJson {
  readonly "/": string;
}

interface Change {
  readonly Type: string;
  readonly Val: { readonly Height: number; readonly Cids: readonly CidJson[] };
}

withDevChains("Lotus's API for Filecoin on an own chain", () => {
  let chain: TestChain;
  let node: WholeNode;

  const text = (i: number) => formatAddress(chain.keys.filecoin[i]?.address as Address, "t");
  const transfer = (to: string, value = "5") => ({
    From: text(0),
    To: to,
    Value: value,
    Method: 0,
    Nonce: 0,
    Version: 0,
    GasLimit: 0,
    GasFeeCap: "0",
    GasPremium: "0",
    Params: null,
  });

  beforeEach(async () => {
    chain = await makeDevChain({ accounts: 2 });
    node = wholeNode(chain);
  }, 120_000);

  test("a message in no block yet is there, and is waited for", async () => {
    chain.dev.automine = false;
    const message = transfer(text(1));
    const signed = await node.call<{ CID: CidJson; Message: object }>(
      "Filecoin.MpoolPushMessage",
      message,
      null,
    );
    expect(await node.call("Filecoin.ChainGetMessage", signed.CID)).toMatchObject(signed.Message);
    expect(await node.call("Filecoin.ChainHasObj", signed.CID)).toBe(true);
    expect(await node.call("Filecoin.StateSearchMsg", null, signed.CID, -1, true)).toBeNull();
    let isFound = false;
    const waiting = node
      .call<{ Message: CidJson; Receipt: { ExitCode: number } }>("Filecoin.StateWaitMsg", signed.CID, 2)
      .finally(() => {
        isFound = true;
      });
    await chain.dev.mineMany(2);
    expect(isFound).toBe(false);
    await chain.dev.mineMany(2);
    expect(await waiting).toMatchObject({ Message: signed.CID, Receipt: { ExitCode: 0 } });
  });

  test("a message is signed, sent, mined and waited for, as deep as it is asked for", async () => {
    const before = await node.call("Filecoin.WalletBalance", text(1));
    const signed = await node.call<{ CID: CidJson; Message: { Nonce: number; GasLimit: number } }>(
      "Filecoin.MpoolPushMessage",
      transfer(text(1)),
      null,
    );
    expect(signed.Message.Nonce).toBe(0);
    expect(signed.Message.GasLimit).toBeGreaterThan(0);
    const found = await node.call<{ Receipt: { ExitCode: number }; Height: number }>(
      "Filecoin.StateWaitMsg",
      signed.CID,
      10,
      -1,
      true,
    );
    expect(found.Receipt.ExitCode).toBe(0);
    expect(chain.chain.head.epoch - found.Height).toBeGreaterThanOrEqual(10);
    expect(BigInt((await node.call<string>("Filecoin.WalletBalance", text(1))) as string)).toBe(
      BigInt(before as string) + 5n,
    );
    expect(await node.call("Filecoin.MpoolGetNonce", text(0))).toBe(1);
  });

  test("a signed message is pushed once", async () => {
    const { CID: _cid, ...signed } = await node.call<Record<string, unknown>>(
      "Filecoin.MpoolPushMessage",
      transfer(text(1)),
      null,
    );
    await expect(node.call("Filecoin.MpoolPush", signed)).rejects.toThrow(/nonce too low/);
  });

  test("refuses what it cannot sign or nobody can receive", async () => {
    const { call } = node;
    await expect(
      call("Filecoin.MpoolPushMessage", { ...transfer("t099"), From: "t099" }, null),
    ).rejects.toThrow(/key for t099 not found|sender/);
    await expect(call("Filecoin.MpoolPushMessage", { ...transfer("t099"), Nonce: 3 }, null)).rejects.toThrow(
      "MpoolPushMessage expects message nonce to be 0, was 3",
    );
    await expect(call("Filecoin.MpoolPushMessage", { ...transfer("t099"), To: "" }, null)).rejects.toThrow(
      "message To address is undefined",
    );
  });

  describe("channels", () => {
    test("tell of the head: first the one that is, then each change, until the end", async () => {
      const connection = new TestConnection();
      const id = await node.callOn<number>(connection, "Filecoin.ChainNotify");
      const at = chain.chain.head.epoch;
      await chain.dev.mine();
      const snapshot = await chain.dev.snapshot();
      await chain.dev.mine();
      await chain.dev.revert(snapshot);
      const told = (connection.values[id] as Change[][]).map((changes) =>
        changes.map(({ Type, Val }) => [Type, Val.Height]),
      );
      expect(told).toEqual([
        [["current", at]],
        [["apply", at + 1]],
        [["apply", at + 2]],
        [["revert", at + 2]],
      ]);
      connection.close();
      await chain.dev.mine();
      expect(connection.values[id]).toHaveLength(4);
    });

    test("tell of messages that come into the pool and leave it", async () => {
      chain.dev.automine = false;
      const connection = new TestConnection();
      const id = await node.callOn<number>(connection, "Filecoin.MpoolSub");
      const { CID } = await node.call<{ CID: CidJson }>("Filecoin.MpoolPushMessage", transfer(text(1)), null);
      await chain.dev.mine();
      const told = connection.values[id] as { Type: number; Message: { CID: CidJson } }[];
      await expect
        .poll(() => told.map(({ Type, Message }) => [Type, Message.CID]))
        .toEqual([
          [0, CID],
          [1, CID],
        ]);
      connection.close();
      await node.call("Filecoin.MpoolPushMessage", transfer(text(1)), null);
      expect(told).toHaveLength(2);
    });
  });
});
