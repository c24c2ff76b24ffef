/** Lists of messages as hostile blocks may have them. */
import { expect, test } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import { readBlockMessages, writeBlockMessages } from "../../../src/chain/types/message-meta.js";
import { memoryBlocks } from "../../support/blocks.js";
import { plainMessage } from "../../support/plain-network.js";

test.each([
  [6000, 4001],
  [10_001, 0],
  [0, 10_001],
])("more than 10,000 messages of both kinds are refused: %i and %i", (bls, secp) => {
  const blocks = memoryBlocks();
  const message = plainMessage({ from: idAddress(100), to: idAddress(101), nonce: 0 });
  const signed = { message, signature: { type: "secp256k1" as const, data: new Uint8Array(65) } };
  const meta = (count: number, signedCount: number) =>
    writeBlockMessages(blocks, {
      bls: new Array(count).fill(message),
      secp: new Array(signedCount).fill(signed),
    });
  expect(() => readBlockMessages(blocks, meta(bls, secp))).toThrow("more than 10000 messages");
  const most = readBlockMessages(blocks, meta(Math.max(bls - 1, 0), bls === 0 ? secp - 1 : secp));
  expect(most.bls.length + most.secp.length).toBe(10_000);
});

test("a message that is there many times takes the memory of one", () => {
  const blocks = memoryBlocks();
  const message = plainMessage({
    ...{ from: idAddress(100), to: idAddress(101), nonce: 0 },
    params: new Uint8Array(1000),
  });
  const meta = writeBlockMessages(blocks, { bls: new Array(20).fill(message), secp: [] });
  const { bls } = readBlockMessages(blocks, meta);
  expect(bls).toHaveLength(20);
  expect(new Set(bls.map(({ params }) => params)).size).toBe(1);
});
