/** Gas of programs: a change of any of these figures is a change of the protocol of networks with this runtime. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestChain } from "../../support/chain.js";
import { deploy, ebpfChain, programOf, RUN, tryDeploy } from "../../support/ebpf/contract.js";

const COPIES = 20;
const ROUNDS = 100;

let chain: TestChain;
beforeAll(async () => {
  chain = await ebpfChain();
});
afterAll(() => chain.close());

async function gasOf(text: string): Promise<number> {
  const id = await deploy(chain, programOf(text, { dataSize: 4096 }));
  const { receipt } = await chain.send({ to: id, method: RUN });
  expect(receipt.exitCode).toBe(0);
  return Number(receipt.gasUsed);
}

/** Gas of a round of a loop, exact as far as whole gas is: of twice as many rounds less that of half of them. */
async function roundGas(body: string): Promise<number> {
  const loop = (rounds: number) => `
    lddw %r7, 0x300000000
    mov %r8, ${rounds}
    again:
    ${body}
    sub %r8, 1
    jne %r8, 0, again
    mov %r0, 0
    exit
    callee:
    exit`;
  return (await gasOf(loop(2 * ROUNDS))) - (await gasOf(loop(ROUNDS)));
}

/** Gas of one of these instructions. */
async function instructionGas(instruction: string): Promise<number> {
  const repeated = (await roundGas(`${instruction}\n`.repeat(COPIES))) - (await roundGas(""));
  return Math.round(repeated / COPIES / (ROUNDS / 100)) / 100;
}

const arithmetic = [
  "mov %r1, 5",
  "mov %r1, %r8",
  "mov32 %r1, 5",
  "add %r1, 5",
  "add %r1, %r8",
  "add32 %r1, %r8",
  "sub %r1, %r8",
  "mul %r1, %r8",
  "or %r1, %r8",
  "and %r1, %r8",
  "xor %r1, %r8",
  "lsh %r1, %r8",
  "rsh %r1, 3",
  "arsh %r1, %r8",
  "neg %r1",
  "movsx3264 %r1, %r8",
];

describe("an instruction of arithmetic costs at most 95 gas", () => {
  test.each(arithmetic)("%s", async (instruction) => {
    const gas = await instructionGas(instruction);
    expect(gas).toBeLessThanOrEqual(95);
    expect(gas).toMatchSnapshot();
  });
});

test.each([
  "div %r1, %r8",
  "sdiv %r1, %r8",
  "mod %r1, %r8",
  "smod32 %r1, %r8",
  "lddw %r1, 0x123456789abcdef",
  "be64 %r1",
  "ja 0",
  "jeq %r1, 77, 0",
  "jne %r1, 77, 0",
  "ldxb %r1, [%r7]",
  "ldxdw %r1, [%r7]",
  "stb [%r7], 1",
  "stxdw [%r7], %r1",
  "lock add [%r7], %r8",
  "lock fetch add [%r7], %r1",
  "call 5",
  "call local callee",
])("gas of %s", async (instruction) => {
  expect(await instructionGas(instruction)).toMatchSnapshot();
});

describe("a call of a program that does nothing", () => {
  const nothing = "mov %r0, 0\nexit";

  test("costs at most 1.5 million gas", async () => {
    const gas = await gasOf(nothing);
    expect(gas).toBeLessThanOrEqual(1_500_000);
    expect(gas).toMatchSnapshot();
  });

  test("costs more for each instruction that is there", async () => {
    const more = (await gasOf(`ja 1000\n${"mov %r1, 5\n".repeat(1000)}${nothing}`)) - (await gasOf(nothing));
    expect(more / 1000).toMatchSnapshot();
  });

  test("costs for its deployment", async () => {
    const { receipt } = await tryDeploy(chain, programOf(nothing));
    expect(receipt.gasUsed).toMatchSnapshot();
  });
});
