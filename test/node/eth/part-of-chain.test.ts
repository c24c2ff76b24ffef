/** Reads of a chain of which the store has a part: a snapshot as Lotus writes them, with five states. */
import { existsSync, readFileSync } from "node:fs";
import { decompress } from "fzstd";
import { afterAll, describe, expect, test } from "vitest";
import { MemoryBlockstore } from "../../../src/blockstore/memory-blockstore.js";
import { readChainNetwork } from "../../../src/chain/networks/network-file.js";
import { readCar } from "../../../src/ipld/car/car.js";
import { NodeChain } from "../../../src/node/chain/node-chain.js";
import { EthView } from "../../../src/node/eth/eth-view.js";
import { ethMethods } from "../../../src/node/methods/eth/index.js";
import type { Node } from "../../../src/node/node.js";
import { MessagePool } from "../../../src/node/pool/message-pool.js";
import { Dispatcher } from "../../../src/node/rpc/dispatch.js";
import { MethodTable } from "../../../src/node/rpc/table.js";
import { fileOf, read, recordings } from "../../support/lotus-recording.js";
import { skipLoudly } from "../../support/skip.js";

const names = recordings(["nv28"]).filter((name) => existsSync(fileOf(name, "snapshot.car.zst")));
if (names.length === 0) skipLoudly("a snapshot of a Lotus node: it is not on this machine");

describe.each(names)("the snapshot of %s", (name) => {
  const faults: unknown[] = [];
  const opened = openSnapshot(name, faults);
  const ask = async (method: string, ...params: unknown[]) =>
    (await opened).call(method, params, { version: "v1", signal: new AbortController().signal });
  const account = "0x1472a1b4e29edfeaf9fa2d8de09ae3108aefa584";

  afterAll(() => expect(faults).toEqual([]));

  test("balances are there where states are", async () => {
    const head = Number(await ask("eth_blockNumber"));
    expect(Number(await ask("eth_getBalance", account, `0x${(head - 1).toString(16)}`))).toBeGreaterThan(0);
    await expect(ask("eth_getBalance", account, "0x20")).rejects.toMatchObject({
      code: 1,
      message: expect.stringMatching(/STATE_MISSING|lacks block/),
    });
  });

  test("blocks, receipts and calls of lost states are errors that name what is missing", async () => {
    for (const [method, ...params] of [
      ["eth_getBlockByNumber", "0x20", true],
      ["eth_getBlockReceipts", "0x20"],
      ["eth_call", { to: account }, "0x20"],
      ["eth_feeHistory", "0x400", "latest", [50]],
    ] as const) {
      await expect(ask(method, ...params)).rejects.toMatchObject({
        code: 1,
        message: expect.stringMatching(/STATE_MISSING|lacks block/),
      });
    }
  });

  test("what is nowhere is looked for to the end, and null", async () => {
    const unknown = `0x${"ab".repeat(32)}`;
    expect(await ask("eth_getTransactionByHash", unknown)).toBeNull();
    expect(await ask("eth_getBlockByHash", unknown, false)).toBeNull();
  });
});

async function openSnapshot(name: string, faults: unknown[]): Promise<Dispatcher<Node>> {
  const { roots, blocks } = readCar(decompress(readFileSync(fileOf(name, "snapshot.car.zst"))));
  const network = readChainNetwork(read(name, "network.json") as object);
  const chain = await NodeChain.open({ network, blockstore: new MemoryBlockstore(blocks), head: roots });
  const settings = { lotus: false, clientVersion: "test" };
  const pool = new MessagePool(chain);
  const node = { chain, pool, eth: new EthView(chain, pool, settings), settings } as unknown as Node;
  const onFault = (_method: string, error: unknown) => void faults.push(error);
  return new Dispatcher({ node, table: new MethodTable(ethMethods, false), lotus: false, onFault });
}
