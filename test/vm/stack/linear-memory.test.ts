/**
 * An instance sees the memory that is its own, all of it and nothing else, whoever had the pages before:
 * random scripts that grow, read and write, and call each other, against a model. With protection keys and
 * without. Runs the built package.
 */
import { readFileSync } from "node:fs";
import { blake2b } from "@noble/hashes/blake2.js";
import { beforeAll, describe, expect, test } from "vitest";
import { buildActors } from "../../../actors/build.mjs";
import type { Message } from "../../../src/message/message.js";
import type { Receipt } from "../../../src/message/receipt.js";
import { TestChain } from "../../support/chain.js";
import { guestData, runProcess } from "../../support/guests.js";
import { TestNet } from "../../support/net.js";
import { ROOM, Script } from "../../support/script.js";
import { randomNumbers } from "../../support/test-data.js";

const PAGE = 0x10000;
/** Actors with the same code and other memories: one with a maximum, and a large one. In pages. */
const KINDS = [
  { name: "script", minimum: 1 },
  { name: "bounded", minimum: 1, maximum: 1000 },
  { name: "large", minimum: 40 },
];
/** The code grows its memory first. */
const PAGES_FROM_THE_START = 3;
/** Begin of the memory for scripts, behind the harness's own. */
const FIRST = ROOM + 0x4000;
const OUT = ROOM;
const CHILD = ROOM + 0x100;
const CHILD_BYTES = 0x3000;
/** attoFIL. */
const CONTRACT_BALANCE = 1000n;
const BLAKE2B_256 = 0xb220;
const ILLEGAL_ARGUMENT = 1;
const ILLEGAL_INSTRUCTION = 4;
const SCRIPTS = 300;
const MEMORY_SECTION = 5;
/** More than there are protection keys, and more than is kept for the next instance. */
const MOST_PAGES = 60;

type Dice = ReturnType<typeof randomNumbers>;
type Kind = (typeof KINDS)[number];

/** A script, and what it logs: null if it ends in a trap. */
class Scenario {
  readonly script = new Script();
  log: number[] | null = [];
  /** In pages. */
  readonly #begin: number;
  readonly #memory: Uint8Array;
  #pages: number;
  #handles = 1;

  constructor(
    readonly roll: Dice,
    readonly depth: number,
    readonly kind: Kind,
  ) {
    this.#begin = kind.minimum + PAGES_FROM_THE_START;
    this.#pages = this.#begin;
    this.#memory = new Uint8Array((this.#begin + MOST_PAGES) * PAGE);
  }

  /** Adds steps until one traps or there are enough. */
  fill(): this {
    const steps = [
      this.grow,
      this.write,
      this.read,
      this.store,
      this.load,
      this.hash,
      this.balance,
      this.bulk,
    ];
    for (let left = 2 + this.roll(10); left > 0 && this.log; left--) {
      if (this.depth > 0 && this.roll(4) === 0) this.call();
      else pick(this.roll, steps).call(this);
    }
    if (this.log && this.roll(3) === 0) this.trap();
    return this;
  }

  get end(): number {
    return this.#pages * PAGE;
  }

  grow(): void {
    const pages = this.roll(8) === 0 ? 40 : this.roll(4);
    if (this.#pages + pages > this.#begin + MOST_PAGES) return;
    this.script.grow(pages);
    this.#say(this.#pages);
    this.#pages += pages;
  }

  write(): void {
    const data = Uint8Array.from({ length: 1 + this.roll(20) }, () => this.roll(256));
    const at = this.#somewhere(data.length);
    this.script.write(at, data);
    this.#put(at, data);
  }

  /** Fills some pages, as an instance would that keeps secrets. */
  bulk(): void {
    const at = this.#somewhere(1);
    const end = at < 2 * PAGE ? 2 * PAGE : this.end;
    const length = Math.min(pick(this.roll, [3 * PAGE, 50 * PAGE]), end - at);
    this.script.fill(at, 0xaa, length);
    this.#memory.fill(0xaa, at, at + length);
  }

  read(): void {
    const at = this.#somewhere(4);
    this.script.read(at, 4);
    this.#say(Buffer.from(this.#bytes(at, 4)).readUInt32LE());
  }

  store(): void {
    const at = this.#somewhere(1);
    const byte = this.roll(256);
    this.script.store(at, byte);
    this.#put(at, [byte]);
  }

  load(): void {
    const at = this.#somewhere(1);
    this.script.load(at);
    this.#say(...this.#bytes(at, 1));
  }

  /** The host reads and writes, or refuses to. */
  hash(): void {
    const from = this.#somewhere(100);
    const to = this.#somewhere(32);
    const beyond = this.roll(4) === 0;
    const length = beyond ? this.end - from + 1 : 100;
    this.script.call("crypto.hash", OUT, BLAKE2B_256, from, length, to, 32).read(to, 4);
    if (!beyond) this.#put(to, blake2b(this.#bytes(from, 100), { dkLen: 32 }));
    this.#say(beyond ? ILLEGAL_ARGUMENT : 0, Buffer.from(this.#bytes(to, 4)).readUInt32LE());
  }

  /** JavaScript answers, while the instance waits. */
  balance(): void {
    const beyond = this.roll(4) === 0;
    const to = beyond ? this.end - 15 : this.#somewhere(16);
    this.script.call("actor.balance_of", to, net.id("caller"));
    this.#say(beyond ? ILLEGAL_ARGUMENT : 0);
    const amount = Buffer.alloc(16);
    amount.writeBigUInt64LE(CONTRACT_BALANCE);
    if (!beyond) this.#put(to, amount);
  }

  /** Another instance has its turn, of the same actor, then this one goes on. */
  call(): void {
    const child = new Scenario(this.roll, this.depth - 1, pick(this.roll, [this.kind, ...KINDS])).fill();
    if (child.script.bytes().length > CHILD_BYTES) return;
    const handle = this.#handles + 1;
    this.script
      .send(net.address(child.kind.name), child.script, { out: OUT, data: CHILD, handle })
      .read(OUT + 64, 4);
    this.#say(0, 0, child.log ? 0 : ILLEGAL_INSTRUCTION);
    this.#handles += child.log ? 2 : 1;
    if (!child.log) return;
    // What it logged comes to where this instance can show it.
    const length = 4 * child.log.length;
    const at = this.#somewhere(length);
    this.script.call("ipld.block_read", OUT, this.#handles, 0, at, length).read(at, length);
    this.#put(at, Buffer.from(Uint32Array.from(child.log).buffer));
    this.#say(0, ...child.log);
  }

  /** One byte too far: by an instruction, in bulk, or far away. */
  trap(): void {
    const beyond = this.end + pick(this.roll, [0, PAGE - 1, PAGE, 5 * PAGE, 20 * PAGE, 4000 * PAGE]);
    const ways = [
      () => this.script.load(beyond),
      () => this.script.store(beyond, 1),
      () => this.script.read(this.end - 3, 4),
      () => this.script.fill(this.end - 3, 1, 4),
    ];
    pick(this.roll, ways)();
    this.log = null;
  }

  /** In the room or a grown page, often at its edge. */
  #somewhere(length: number): number {
    const page = this.roll(1 + this.#pages - this.#begin);
    if (page === 0) return FIRST + this.roll(2 * PAGE - FIRST - length);
    const start = (this.#begin + page - 1) * PAGE;
    const edge = pick(this.roll, [start, start + this.roll(PAGE), start + PAGE - length]);
    return Math.max(start, Math.min(edge, this.end - length));
  }

  #put(at: number, data: ArrayLike<number>): void {
    this.#memory.set(data, at);
  }

  #bytes(at: number, length: number): Uint8Array {
    return this.#memory.subarray(at, at + length);
  }

  #say(...numbers: number[]): void {
    this.log?.push(...numbers);
  }
}

function pick<T>(roll: Dice, from: readonly T[]): T {
  return from[roll(from.length)] as T;
}

/** The module with a memory of other limits, in pages. */
function withMemory(wasm: Uint8Array, { minimum, maximum }: Kind): Uint8Array {
  const limits =
    maximum === undefined ? [0, ...leb128(minimum)] : [1, ...leb128(minimum), ...leb128(maximum)];
  const parts = [wasm.subarray(0, 8)];
  for (let at = 8; at < wasm.length; ) {
    let end = at + 1;
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = wasm[end++] as number;
      size |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    end += size;
    const isMemory = wasm[at] === MEMORY_SECTION;
    parts.push(
      isMemory ? Uint8Array.of(MEMORY_SECTION, limits.length + 1, 1, ...limits) : wasm.subarray(at, end),
    );
    at = end;
  }
  return Buffer.concat(parts);
}

function leb128(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb128(value >> 7)];
}

let net: TestNet;
const messages: Message[] = [];
const expected: { exitCode: number; logged: number[] }[] = [];

beforeAll(async () => {
  const { script } = await buildActors(21);
  const contracts = KINDS.slice(1).map((kind) => [kind.name, withMemory(script as Uint8Array, kind)]);
  net = await TestNet.create({ contracts: Object.fromEntries(contracts) });
  const chain = await TestChain.on(net);
  for (let seed = 1; seed <= SCRIPTS; seed++) {
    const kind = KINDS[seed % KINDS.length] as Kind;
    const { script, log } = new Scenario(randomNumbers(seed), 3, kind).fill();
    const message = { to: net.id(kind.name), method: 2, params: script.bytes(), nonce: seed - 1 };
    messages.push(chain.message(message));
    expected.push({ exitCode: log ? 0 : ILLEGAL_INSTRUCTION, logged: log ?? [] });
  }
  chain.close();
});

test("both ends occur", () => {
  const trapped = expected.filter(({ exitCode }) => exitCode !== 0).length;
  expect(trapped).toBeGreaterThan(SCRIPTS / 10);
  expect(trapped).toBeLessThan(SCRIPTS / 2);
});

const hasKeys = process.platform === "linux" && / ospke /.test(readFileSync("/proc/cpuinfo", "latin1"));

describe.each([
  { name: "keys as there are", keys: undefined },
  { name: "one key", keys: "1" },
  { name: "no keys", keys: "0" },
])("$name", ({ keys }) => {
  test.skipIf(keys !== "0" && !hasKeys)(`${SCRIPTS} random scripts`, async () => {
    const env = { ...process.env, ...(keys && { FVM_PROTECTION_KEYS: keys }) };
    const end = await runProcess(guestData(net, "keys", messages), { env });
    expect(end).toMatchObject({ code: 0, signal: null, stderr: "" });
    const { receipts, keyed } = end.answer as { receipts: Receipt[]; keyed: boolean };
    for (const [index, { exitCode, returnData }] of receipts.entries()) {
      const logged = [...new Uint32Array(Uint8Array.from(returnData).buffer)];
      expect({ exitCode, logged }, `seed ${index + 1}`).toEqual(expected[index]);
    }
    expect(keyed).toBe(keys !== "0");
  });
});
