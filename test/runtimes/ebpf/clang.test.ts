/** Programs in C, by a Clang of this machine: compiled, linked, called. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { decode, encode } from "@ipld/dag-cbor";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import { readBlocks } from "../../../src/blockstore/access.js";
import { exportedMethodNumber } from "../../../src/builtin/frc42.js";
import type { CborReader } from "../../../src/ipld/cbor.js";
import { Hamt } from "../../../src/ipld/hamt.js";
import { readContractState } from "../../../src/runtimes/contract-state.js";
import { buildEbpf } from "../../../src/runtimes/ebpf/compile.js";
import { lineOf } from "../../../src/runtimes/ebpf/lines.js";
import type { TestChain } from "../../support/chain.js";
import { clangIsHere } from "../../support/ebpf/clang.js";
import { deploy, ebpfChain } from "../../support/ebpf/contract.js";
import { skipLoudly } from "../../support/skip.js";

const source = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

if (!clangIsHere()) skipLoudly("Clang 18 or newer is not there: FVM_CLANG may name it");
else {
  let chain: TestChain;
  let folder: string;
  beforeAll(async () => {
    chain = await ebpfChain();
    folder = mkdtempSync(join(tmpdir(), "fvm-c-"));
  });
  afterAll(() => {
    chain.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const written = (text: string, name = "a.c") => {
    const file = join(folder, name);
    writeFileSync(file, text);
    return file;
  };

  async function call(id: number, method: string, params: unknown = undefined, from = chain.net.alice) {
    const { receipt, failure } = await chain.send({
      from,
      to: id,
      method: exportedMethodNumber(method),
      params: params === undefined ? new Uint8Array() : encode(params),
    });
    const value = receipt.returnData.length === 0 ? undefined : decode(receipt.returnData);
    return { exitCode: receipt.exitCode, value, gas: Number(receipt.gasUsed), failure };
  }

  test("a counter counts", async () => {
    const id = await deploy(chain, buildEbpf({ sources: [source("templates/c/counter.c")] }), encode(5));
    expect(await call(id, "Increment", 3)).toMatchObject({ exitCode: 0, value: 8 });
    expect(await call(id, "Increment", 0)).toMatchObject({ exitCode: 16 });
    expect(await call(id, "Increment", "text")).toMatchObject({ exitCode: 21 });
    expect(await call(id, "Count")).toMatchObject({ exitCode: 0, value: 8 });
    expect(await call(id, "Decrement", 1)).toMatchObject({ exitCode: 22 });
  });

  describe("a token", () => {
    let id: number;
    beforeAll(async () => {
      const program = buildEbpf({ sources: [source("examples/tokens/c/token.c")] });
      id = await deploy(chain, program, encode([chain.net.id("alice"), 1000]));
    });

    test("is transferred", async () => {
      const bob = chain.net.id("bob");
      expect(await call(id, "Transfer", [bob, 300])).toMatchObject({ exitCode: 0 });
      expect(await call(id, "Transfer", [bob, 701])).toMatchObject({ exitCode: 19 });
      expect(await call(id, "Transfer", [bob, 0])).toMatchObject({ exitCode: 16 });
      expect(await call(id, "BalanceOf", bob)).toMatchObject({ value: 300 });
      expect(await call(id, "BalanceOf", chain.net.id("alice"))).toMatchObject({ value: 700 });
      expect(await call(id, "TotalSupply")).toMatchObject({ value: 1000 });
    });

    test("has its balances in a map that other tools read", async () => {
      for (let owner = 5000; owner < 5040; owner++) {
        expect(await call(id, "Transfer", [owner, 2])).toMatchObject({ exitCode: 0 });
      }
      await chain.machine.flush();
      const { state } = (await chain.machine.getActor(idAddress(id))) ?? {};
      if (state === undefined) throw new Error("no such actor");
      const found = await readBlocks(chain.net.store, (blocks) => {
        const contract = readContractState(blocks, state);
        expect(decode(contract.state)).toBe(1000);
        const root = contract.maps.get("balances");
        if (root === undefined) throw new Error("no such map");
        const map = Hamt.load<bigint>(blocks, root, {
          encode: (value, writer) => writer.u64(value),
          decode: (reader: CborReader) => BigInt(reader.u64()),
        });
        const entries = [...map.entries()].map(
          ([key, value]) => [Number(Buffer.from(key, "latin1").readBigUInt64LE()), Number(value)] as const,
        );
        return new Map(entries);
      });
      expect(found.get(5039)).toBe(2);
      expect(found.size).toBe(42);
      expect([...found.values()].reduce((sum, value) => sum + value, 0)).toBe(1000);
    });
  });

  test("tables of texts, pointers, statics and calls", async () => {
    const file = written(`
      #include "fvm_bpf.h"
      #include "fvm_cbor.h"
      static const char *const names[] = {"zero", "one", "two"};
      static fvm_u64 calls = 40;
      static fvm_u8 buffer[20000];
      static const fvm_u64 squares[] = {0, 1, 4, 9};
      static __attribute__((noinline)) fvm_i64 signed_quotient(fvm_i64 a, fvm_i64 b) { return a / b; }
      int Look(const fvm_u8 *params, fvm_u64 length) {
        struct fvm_reader reader = fvm_read(params, length);
        fvm_u64 index = fvm_read_u64(&reader) % 3;
        calls += 2;
        buffer[19999] = names[index][0];
        fvm_return_u64(squares[index + 1] * 1000000 + calls * 1000 + buffer[19999] + signed_quotient(-7, -2));
        return 0;
      }`);
    const id = await deploy(chain, buildEbpf({ sources: [file] }));
    expect(await call(id, "Look", 2)).toMatchObject({
      exitCode: 0,
      value: 9_042_000 + "t".charCodeAt(0) + 3,
    });
  });

  test.each([
    ["of the system's temporary files", () => folder],
    ["below the process's own", () => mkdtempSync(join(process.cwd(), "build", "c-"))],
  ])("an instruction's line in its source, in a folder %s", async (_, folderOf) => {
    const own = folderOf();
    onTestFinished(() => {
      if (own !== folder) rmSync(own, { recursive: true });
    });
    const file = join(own, "lines.c");
    writeFileSync(
      file,
      `#include "fvm_bpf.h"
static fvm_u64 *nowhere(void) {
  return (fvm_u64 *)(9ul << 32);
}
int Break(void) {
  fvm_gas();
  return (int)*(volatile fvm_u64 *)nowhere();
}`,
    );
    const program = buildEbpf({ sources: [file] });
    const id = await deploy(chain, program);
    const { exitCode, failure } = await call(id, "Break");
    expect(exitCode).toBe(24);
    const [, instruction] = /instruction (\d+)/.exec(JSON.stringify(failure)) ?? [];
    expect(lineOf(program, Number(instruction))).toEqual({ file, line: 7 });
  });

  test("what does not compile is refused with the compiler's words", () => {
    const file = written("int Broken(void) { return missing; }");
    expect(() => buildEbpf({ sources: [file] })).toThrow(
      expect.objectContaining({ code: "COMPILER_FAILED", message: expect.stringContaining("missing") }),
    );
  });

  test("a function that nobody defines is refused by its name", () => {
    const file = written("int absent(int); int Calls(void) { return absent(1); }", "b.c");
    expect(() => buildEbpf({ sources: [file] })).toThrow(
      expect.objectContaining({
        details: { source: "b.c", symbol: "absent", reason: "absent is not defined" },
      }),
    );
  });
}
