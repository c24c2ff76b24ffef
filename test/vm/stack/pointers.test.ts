/** Each pointer of each system call, beyond memory: an error number, and no harm. */
import { expect, test } from "vitest";
import type { ParamKind } from "../../../src/native/addon.js";
import { networkVersion } from "../../../src/vm/network/version.js";
import type { Syscall } from "../../../src/vm/syscalls/table.js";
import { TestChain } from "../../support/chain.js";
import { TestNet } from "../../support/net.js";
import { BEYOND, Log, ROOM, Script, type ScriptSyscall, scriptSyscalls } from "../../support/script.js";

const ILLEGAL_ARGUMENT = 1;
/** These do not look at their pointers, or end the invocation. */
const blind = new Set(["vm.exit", "debug.log", "debug.store_artifact"]);

/** What Wasm passes for a parameter: pointers, and numbers. */
const parts: Record<ParamKind, readonly ("pointer" | "number")[]> = {
  u32: ["number"],
  u64: ["number"],
  in: ["pointer", "number"],
  inOptional: ["pointer", "number"],
  in24: ["pointer", "number"],
  out: ["pointer", "number"],
  tail: ["pointer"],
  cid: ["pointer"],
  ptr: ["pointer"],
};

interface PointerCase {
  readonly syscall: ScriptSyscall;
  readonly argument: number;
  readonly args: readonly number[];
}

function casesOf({ module, name, params, result }: Syscall): PointerCase[] {
  const kinds = [
    ...(result === "none" ? [] : (["pointer"] as const)),
    ...params.flatMap((kind) => parts[kind]),
  ];
  return kinds.flatMap((kind, bad) => {
    const args = kinds.map((other, index) => (other === "number" ? 1 : index === bad ? BEYOND : ROOM));
    return kind === "pointer" ? [{ syscall: `${module}.${name}` as ScriptSyscall, argument: bad, args }] : [];
  });
}

const net = await TestNet.create();
const table = networkVersion(net.version).syscalls.syscalls;
const cases = table.flatMap(casesOf).filter(({ syscall }) => !blind.has(syscall));

test("the script actor knows every system call", () => {
  expect(table.map(({ module, name }) => `${module}.${name}`).sort()).toEqual([...scriptSyscalls].sort());
});

test.each(cases)("$syscall, argument $argument", async ({ syscall, args }) => {
  const chain = await TestChain.on(net);
  const script = new Script().write(ROOM, net.code("token")).call(syscall, ...args);
  const { receipt } = await chain.send({ to: net.id("script"), method: 2, params: script.bytes() });
  expect(receipt.exitCode).toBe(0);
  expect(new Log(receipt.returnData).u32()).toBe(ILLEGAL_ARGUMENT);
  chain.close();
});
