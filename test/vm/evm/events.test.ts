/** Logs, and the root of a message's events. */
import { encode } from "@ipld/dag-cbor";
import { blake2b } from "@noble/hashes/blake2.js";
import { CID } from "multiformats/cid";
import * as Digest from "multiformats/hashes/digest";
import { beforeAll, expect, test } from "vitest";
import { cidText } from "../../../src/encoding/cid.js";
import type { StampedEvent } from "../../../src/message/event.js";
import { encodeAbi, keccak, toHex, word } from "../../support/evm/abi.js";
import type { DeployedContract } from "../../support/evm/deployed-contract.js";
import { onEachVersion } from "../../support/evm/on-each-version.js";
import { EvmExit } from "../../support/evm/outcome.js";
import { contract } from "../../support/evm/solidity.js";

const eventsContract = contract("events.sol", "Events");
const topic = (signature: string) => toHex(keccak(signature));
const numbered = (emitter: number, ...numbers: number[]) =>
  numbers.map((number) => ({
    emitter,
    topics: [topic("Numbered(uint256)"), toHex(word(BigInt(number)))],
    data: "0x",
  }));
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Nodes have room for 32 values or links. */
const WIDTH = 32;

/** Root of the AMT of events (FIP-0049), made by its definition. */
function eventsRoot(events: readonly StampedEvent[]): string {
  const values = events.map(({ emitter, entries }) => [
    emitter,
    entries.map(({ flags, key, codec, value }) => [flags, key, codec, value]),
  ]);
  let nodes = chunks(values).map((items) => [bitmap(items.length), [], items] as unknown[]);
  let height = 0;
  for (; nodes.length > 1; height++) {
    nodes = chunks(nodes.map(link)).map((links) => [bitmap(links.length), links, []]);
  }
  return link([5, height, events.length, nodes[0]]).toString();
}

function link(value: unknown): CID {
  return CID.createV1(0x71, Digest.create(0xb220, blake2b(encode(value), { dkLen: 32 })));
}

function bitmap(used: number): Uint8Array {
  const bits = 2n ** BigInt(used) - 1n;
  return Uint8Array.from({ length: WIDTH / 8 }, (_, index) => Number((bits >> BigInt(8 * index)) & 0xffn));
}

function chunks<T>(items: readonly T[]): T[][] {
  return upTo(Math.ceil(items.length / WIDTH)).map((index) =>
    items.slice(WIDTH * index, WIDTH * (index + 1)),
  );
}

onEachVersion((net) => {
  let events: DeployedContract;
  beforeAll(async () => {
    events = await net.chain().deploy(eventsContract);
  });

  test("without arguments", async () => {
    const { logs } = await events.call("plain()");
    expect(logs).toEqual([{ emitter: events.id, topics: [topic("Plain()")], data: "0x" }]);
  });

  test("data", async () => {
    const hash = toHex(keccak("b"));
    const { logs } = await events.call("data(uint256,bytes32)", 7n, hash);
    const data = toHex(encodeAbi(["uint256", "bytes32"], [7n, hash]));
    expect(logs).toEqual([{ emitter: events.id, topics: [topic("Data(uint256,bytes32)")], data }]);
  });

  test("three indexed arguments and one that is not", async () => {
    const [who, hash] = [net.chain().alice.eth, toHex(keccak("word"))];
    const { logs } = await events.call("threeTopics(address,int256,bytes32,bool)", who, -5n, hash, true);
    const signature = "Indexed(address,int256,bytes32,bool)";
    const topics = [topic(signature), toHex(word(who)), toHex(word(-5n)), hash];
    expect(logs).toEqual([{ emitter: events.id, topics, data: toHex(word(true)) }]);
  });

  test("an indexed text is its hash", async () => {
    const data = Uint8Array.from(upTo(100));
    const { logs } = await events.call("hashed(string,bytes)", "some text", data);
    const topics = [topic("Hashed(string,bytes)"), toHex(keccak("some text"))];
    expect(logs).toEqual([{ emitter: events.id, topics, data: toHex(encodeAbi(["bytes"], [data])) }]);
  });

  test("anonymous", async () => {
    const { logs } = await events.call("unnamed(uint256)", 9n);
    expect(logs).toEqual([{ emitter: events.id, topics: [toHex(word(9n))], data: "0x" }]);
  });

  test("with nothing in it", async () => {
    const { logs, apply } = await events.call("hollow()");
    expect(logs).toEqual([{ emitter: events.id, topics: [], data: "0x" }]);
    expect(apply.events).toEqual([{ emitter: events.id, entries: [] }]);
  });

  test.each([0, 1, 2, 3, 4])("%i topics and 1000 bytes", async (count) => {
    const data = new Uint8Array(1000).fill(count + 1);
    const { logs } = await events.call("raw(uint256,bytes)", BigInt(count), data);
    const topics = upTo(count).map((index) => toHex(word(BigInt(index + 1))));
    expect(logs).toEqual([{ emitter: events.id, topics, data: toHex(data) }]);
  });

  test("what is reverted emits nothing", async () => {
    const whole = await events.outcome("numberedThenRevert(uint256)", 1n);
    expect([whole.exitCode, whole.logs]).toEqual([EvmExit.Reverted, []]);
    expect(whole.apply.receipt.eventsRoot).toBeUndefined();
    expect((await events.call("aroundRevert()")).logs).toEqual(numbered(events.id, 1, 3));
  });

  test("of two contracts, in order", async () => {
    const other = await net.chain().deploy(eventsContract);
    const { logs } = await events.call("through(address,uint256)", other.eth, 2n);
    expect(logs).toEqual([
      ...numbered(events.id, 100),
      ...numbered(other.id, 0, 1),
      ...numbered(events.id, 200),
    ]);
  });

  test.each([1, 31, 32, 33, 100, 1025])("root of %i events", async (count) => {
    const { logs, apply } = await events.call("many(uint256)", BigInt(count));
    expect(logs).toEqual(numbered(events.id, ...upTo(count)));
    const { eventsRoot: root } = apply.receipt;
    expect(root && cidText(root)).toBe(eventsRoot(apply.events));
  });

  test("no events have no root", async () => {
    expect((await events.call("many(uint256)", 0n)).apply.receipt.eventsRoot).toBeUndefined();
  });
});
