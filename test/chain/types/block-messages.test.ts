/** Lists of messages as hostile blocks may have them. */
import { expect, test } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import { readBlockMessages, writeBlockMessages } from "../../../src/chain/types/message-meta.js";
import { memoryBlocks } from "../../support/blocks.js";
import { plainMessage } from "../../support/plain-network.js";

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
