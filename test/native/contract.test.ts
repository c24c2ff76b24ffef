import { describe, expect, test } from "vitest";
import { CONTRACT, disagreement } from "../../src/native/contract.js";
import { native } from "../../src/native/index.js";
import { nativeKernel } from "../../src/vm/machine/native-stack.js";
import { networkVersion } from "../../src/vm/network/version.js";

describe("what both sides of the seam state", () => {
  test("is the same", () => {
    expect(native.contract).toEqual(CONTRACT);
    expect(Object.keys(CONTRACT).length).toBeGreaterThan(60);
  });

  test.each<[string, Record<string, number>, string | undefined]>([
    ["nothing", {}, undefined],
    ["another value", { "Yield.Slice": 7 }, "Yield.Slice"],
    ["something new", { "Yield.Later": 9 }, "Yield.Later"],
  ])("a change of one side is named: %s", (_, change, name) => {
    expect(disagreement(CONTRACT, { ...CONTRACT, ...change })).toBe(name);
    expect(disagreement({ ...CONTRACT, ...change }, CONTRACT)).toBe(name);
  });

  test("something that is missing is named", () => {
    const { STAGED: _, ...rest } = CONTRACT;
    expect(disagreement(CONTRACT, rest)).toBe("STAGED");
    expect(disagreement(rest, CONTRACT)).toBe("STAGED");
  });
});

describe("the lane of a syscall", () => {
  const network = networkVersion(28);
  const withLane = (name: string, lane: string) =>
    network.syscalls.syscalls.map((syscall) =>
      `${syscall.module}.${syscall.name}` === name ? { ...syscall, lane: lane as "host" } : syscall,
    );

  test.each([
    ["self.root", "host"],
    ["self.root", "native"],
    ["self.set_root", "host"],
    ["self.current_balance", "host"],
    ["actor.get_actor_code_cid", "host"],
    ["actor.lookup_delegated_address", "host"],
    ["actor.balance_of", "lent"],
    ["send.send", "native"],
    ["ipld.block_open", "lent"],
    ["ipld.block_open", "elsewhere"],
  ])("is what C++ can do: %s is not %s", (name, lane) => {
    const table = withLane(name, lane);
    expect(() => nativeKernel(network, table)).toThrow(`(${name}) is not one that C++ can offer`);
  });

  test("as the table has it is taken", () => {
    const lent = network.syscalls.syscalls.filter(({ lane }) => lane === "lent");
    expect(lent.map(({ module, name }) => `${module}.${name}`)).toEqual([
      "network.total_fil_circ_supply",
      "self.root",
      "self.set_root",
      "self.current_balance",
      "actor.get_actor_code_cid",
      "actor.lookup_delegated_address",
    ]);
    expect(() => nativeKernel(network, [...network.syscalls.syscalls])).not.toThrow();
  });
});
