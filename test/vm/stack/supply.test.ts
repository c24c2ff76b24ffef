/** A supply that is only computed when an actor asks for it. */
import { beforeAll, describe, expect, test, vi } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import { executeMessages } from "../../../src/chain/execution/execute-messages.js";
import { HostFault } from "../../../src/errors.js";
import type { SupplySource } from "../../../src/vm/externs/externs.js";
import { TestChain } from "../../support/chain.js";
import { TestNet } from "../../support/net.js";
import { plainNode } from "../../support/plain-network.js";
import { ROOM, Script } from "../../support/script.js";

const SUPPLY = (1n << 64n) + 7n;

let net: TestNet;
beforeAll(async () => {
  net = await TestNet.create();
});

const asks = (times: number) => {
  const script = new Script().call("self.current_balance", ROOM).read(ROOM, 16);
  for (let i = 0; i < times; i++) script.call("network.total_fil_circ_supply", ROOM).read(ROOM, 16);
  return script.bytes();
};

async function results(circulatingSupply: bigint | SupplySource, scripts: readonly Uint8Array[]) {
  const chain = await TestChain.on(net, { circulatingSupply });
  const found = [];
  for (const params of scripts) found.push(await chain.send({ to: net.id("script"), method: 2, params }));
  chain.close();
  return found;
}

test.each<[string, SupplySource]>([
  ["at once", () => SUPPLY],
  ["later", async () => SUPPLY],
])("an answer that comes %s is the one that is known beforehand, for the same gas", async (_, source) => {
  const scripts = [asks(2), asks(0), asks(1)];
  const asked = vi.fn(source);
  const known = await results(SUPPLY, scripts);
  expect(known.map(({ receipt }) => receipt.exitCode)).toEqual([0, 0, 0]);
  expect(await results(asked, scripts)).toEqual(known);
  expect(asked).toHaveBeenCalledTimes(1);
});

test("nobody computes what no actor asks for", async () => {
  const asked = vi.fn(() => SUPPLY);
  const [result] = await results(asked, [asks(0)]);
  expect(result?.receipt.exitCode).toBe(0);
  expect(asked).not.toHaveBeenCalled();
});

describe("a node's", () => {
  test.each<[string, () => bigint | Promise<bigint>]>([
    ["supply that is no bigint", () => 5 as unknown as bigint],
    ["supply beyond 128 bits", () => 1n << 128n],
    ["supply that never was", () => undefined as unknown as bigint],
    ["supply that fails", () => Promise.reject(new Error("disk on fire"))],
    [
      "supply that throws",
      () => {
        throw new Error("disk on fire");
      },
    ],
  ])("%s is a fault once an actor asks", async (_, circulatingSupply) => {
    const node = plainNode(net.store, { circulatingSupply, networkVersion: () => net.version });
    const context = { epoch: 100, timestamp: 3000, baseFee: 0n };
    const execute = (params: Uint8Array) => {
      const from = idAddress(net.id("script"));
      const call = { to: from, from, method: 2, params, nonce: 0, value: 0n, gasLimit: 10 ** 10 };
      const message = { version: 0, gasFeeCap: 0n, gasPremium: 0n, ...call };
      return executeMessages(node, net.stateRoot, context, [{ message, kind: "implicit" }]);
    };
    expect((await execute(asks(0)))[0]?.receipt.exitCode).toBe(0);
    await expect(execute(asks(1))).rejects.toThrow(
      expect.toSatisfy(
        (error) =>
          error instanceof HostFault &&
          error.code === "EXTERN_FAILED" &&
          error.message.includes("circulating supply of epoch 100"),
      ),
    );
  });
});
