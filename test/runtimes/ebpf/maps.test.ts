/** Maps of contracts against this library's HAMT: random changes lead to the same root. */
import { encode } from "@ipld/dag-cbor";
import { expect, test } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import { readBlocks, writeBlocks } from "../../../src/blockstore/access.js";
import { MemoryBlockstore } from "../../../src/blockstore/memory-blockstore.js";
import type { CborReader, Codec } from "../../../src/ipld/cbor.js";
import { Hamt } from "../../../src/ipld/hamt.js";
import { readContractState } from "../../../src/runtimes/contract-state.js";
import { latin1 } from "../../../src/util/bytes.js";
import { deploy, ebpfChain, programOf, RUN } from "../../support/ebpf/contract.js";
import { randomNumbers } from "../../support/test-data.js";

const ROUNDS = 400;
const KEYS = 150;

/** Parameters: 1 to set or 0 to delete, length of the key, key, value. */
const PROGRAM = `
  mov %r6, %r1
  mov %r7, %r2
  lddw %r1, 0x300000000
  mov %r2, 1
  call 9
  mov %r1, %r0
  mov %r2, %r6
  add %r2, 2
  ldxb %r3, [%r6+1]
  mov %r4, %r2
  add %r4, %r3
  mov %r5, %r7
  sub %r5, 2
  sub %r5, %r3
  ldxb %r0, [%r6]
  jeq %r0, 0, delete
  call 11
  exit
  delete:
  call 12
  mov %r0, 0
  exit`;

const values: Codec<number> = {
  encode: (value, writer) => writer.u64(value),
  decode: (reader: CborReader) => Number(reader.u64()),
};

test("random changes of a map lead to the root that this library's map has", async () => {
  const chain = await ebpfChain();
  const id = await deploy(chain, programOf(PROGRAM, { data: Buffer.from("m"), dataSize: 1 }));
  const draw = randomNumbers(7);
  const expected = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round++) {
    const key = Buffer.from(`key ${draw(KEYS)}`);
    const text = latin1(key);
    // Grows first, then shrinks.
    const sets = draw(ROUNDS) > round;
    const value = draw(1000);
    if (sets) expected.set(text, value);
    else expected.delete(text);
    const params = Buffer.concat([
      Uint8Array.of(sets ? 1 : 0, key.length),
      key,
      sets ? encode(value) : new Uint8Array(),
    ]);
    const { receipt } = await chain.send({ to: id, method: RUN, params });
    expect(receipt.exitCode).toBe(0);
    if (round % 20 === 19) expect(await rootOf()).toBe(await expectedRoot());
  }
  for (const key of expected.keys()) {
    const params = Buffer.concat([Uint8Array.of(0, key.length), Buffer.from(key, "latin1")]);
    await chain.send({ to: id, method: RUN, params });
  }
  expected.clear();
  expect(await rootOf()).toBe(await expectedRoot());
  chain.close();

  async function rootOf() {
    await chain.machine.flush();
    const { state } = (await chain.machine.getActor(idAddress(id))) ?? {};
    if (state === undefined) throw new Error("no such actor");
    return readBlocks(chain.net.store, (blocks) => readContractState(blocks, state).maps.get("m"));
  }

  function expectedRoot() {
    return writeBlocks(new MemoryBlockstore(), (blocks) => {
      const map = Hamt.empty(blocks, values);
      for (const [key, value] of expected) map.set(key, value);
      return map.flush();
    });
  }
});
