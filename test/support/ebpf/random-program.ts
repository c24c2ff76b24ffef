/** Programs drawn from a seed: every instruction there is, mostly with sense, on memory that is mostly there. */
import { randomNumbers } from "../test-data.js";
import { encode, type Instruction, wideLoad } from "./assembler.js";

const INTERESTING = [0, 1, -1, 2, 7, 8, 31, 32, 63, 64, 255, 65535, 2147483647, -2147483648];
const HELPERS = 37;
/** The helper that may end the program with any exit code. */
const FAIL = 4;
const ARITHMETIC = [0x0, 0x1, 0x2, 0x3, 0x4, 0x5, 0x6, 0x7, 0x9, 0xa, 0xb, 0xc];
const CONDITIONS = [0x1, 0x2, 0x3, 0x4, 0x5, 0x6, 0x7, 0xa, 0xb, 0xc, 0xd];
const LOADS = [0x61, 0x69, 0x71, 0x79, 0x81, 0x89, 0x91];
const STORES = [0x62, 0x6a, 0x72, 0x7a];
const ATOMICS = [0x00, 0x40, 0x50, 0xa0, 0x01, 0x41, 0x51, 0xa1, 0xe1, 0xf1];

/** Code that is deployed, but may do anything. */
export function randomCode(seed: number, size = 40): Uint8Array {
  const draw = randomNumbers(seed);
  const pick = <T>(from: readonly T[]): T => from[draw(from.length)] as T;
  const register = () => draw(10);
  const number = () => (draw(3) === 0 ? (draw(1 << 16) << 16) | draw(1 << 16) : pick(INTERESTING));
  const offset = () => (draw(4) === 0 ? draw(65536) - 32768 : draw(64) - 32);
  const code: Instruction[] = [];
  // Pointers into all regions.
  for (let region = 1; region <= 4; region++) code.push(...wideLoad(5 + region, BigInt(region) << 32n));
  const start = code.length;
  const total = start + size + 2;
  const jump = () => Math.max(-code.length - 1, Math.min(draw(16) - 5, total - code.length - 2));
  const kinds: (() => Instruction[])[] = [
    () => [{ opcode: (pick(ARITHMETIC) << 4) | pick([4, 7]), destination: register(), immediate: number() }],
    () => [
      { opcode: (pick(ARITHMETIC) << 4) | 8 | pick([4, 7]), destination: register(), source: register() },
    ],
    () => [
      { opcode: pick([0x34, 0x37, 0x94, 0x97]), destination: register(), offset: 1, immediate: number() },
    ],
    () => [{ opcode: pick([0x84, 0x87]), destination: register() }],
    () => [{ opcode: pick([0xd4, 0xdc, 0xd7]), destination: register(), immediate: pick([16, 32, 64]) }],
    () => [
      { opcode: pick([0xbc, 0xbf]), destination: register(), source: register(), offset: pick([0, 8, 16]) },
    ],
    () => [{ opcode: pick(LOADS), destination: register(), source: draw(11), offset: offset() }],
    () => [{ opcode: pick(STORES), destination: draw(11), offset: offset(), immediate: number() }],
    () => [{ opcode: pick(STORES) + 1, destination: draw(11), source: draw(11), offset: offset() }],
    () => [
      {
        opcode: pick([0xc3, 0xdb]),
        destination: draw(11),
        source: register(),
        offset: offset(),
        immediate: pick(ATOMICS),
      },
    ],
    () => [
      {
        opcode: (pick(CONDITIONS) << 4) | pick([5, 6]),
        destination: register(),
        immediate: number(),
        offset: jump(),
      },
    ],
    () => [
      {
        opcode: (pick(CONDITIONS) << 4) | 8 | pick([5, 6]),
        destination: register(),
        source: register(),
        offset: jump(),
      },
    ],
    () => [{ opcode: 0x05, offset: jump() }],
    () => [{ opcode: 0x06, immediate: jump() }],
    () => [{ opcode: 0x85, source: 1, immediate: jump() }],
    () => [{ opcode: 0x85, immediate: 1 + draw(HELPERS) }],
    () => [{ opcode: 0x8d, destination: register() }],
    () => wideLoad(register(), (BigInt(draw(6)) << 32n) + BigInt(draw(70000))),
    () => [{ opcode: 0x95 }],
  ];
  while (code.length < start + size) {
    const next = pick(kinds)();
    if (next[0]?.opcode === 0x85 && next[0].source !== 1 && next[0].immediate === FAIL) continue;
    code.push(...next);
  }
  if (code.length < total - 1) code.push({ opcode: 0xb7, immediate: 0 });
  code.push({ opcode: 0x95 });
  return Buffer.concat(code.map(encode));
}

/** The same with a few of its bits flipped: most of it is refused. */
export function brokenCode(seed: number): Uint8Array {
  const code = Uint8Array.from(randomCode(seed));
  const draw = randomNumbers(~seed);
  for (let flips = 1 + draw(4); flips > 0; flips--) {
    const at = draw(code.length);
    code[at] = (code[at] as number) ^ (1 << draw(8));
  }
  return code;
}
