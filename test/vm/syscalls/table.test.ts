import { describe, expect, test } from "vitest";
import type { ParamKind } from "../../../src/native/addon.js";
import { networkVersion } from "../../../src/vm/network/version.js";
import type { Syscall } from "../../../src/vm/syscalls/table.js";

/** Wasm parameters that each kind stands for: i (32 bits) and l (64 bits). */
const WASM: Readonly<Record<ParamKind, string>> = {
  u32: "i",
  u64: "l",
  in: "ii",
  inOptional: "ii",
  in24: "ii",
  out: "ii",
  tail: "i",
  cid: "i",
  ptr: "i",
};

/** The function type as actors import it; every syscall returns an i32. */
function signature({ params, result }: Syscall): string {
  return (result === "none" ? "" : "i") + params.map((kind) => WASM[kind]).join("");
}

/** Name, then the types in the three generations, out-pointer included; "-" = not there. */
const signatures: readonly (readonly [string, string, string, string])[] = [
  ["vm.abort", "iii", "-", "-"],
  ["vm.exit", "-", "iiii", "iiii"],
  ["vm.context", "i", "-", "-"],
  ["vm.message_context", "-", "i", "i"],
  ["network.base_fee", "i", "-", "-"],
  ["network.total_fil_circ_supply", "i", "i", "i"],
  ["network.context", "-", "i", "i"],
  ["network.tipset_cid", "-", "ilii", "ilii"],
  ["ipld.block_open", "ii", "ii", "ii"],
  ["ipld.block_create", "ilii", "ilii", "ilii"],
  ["ipld.block_read", "iiiii", "iiiii", "iiiii"],
  ["ipld.block_stat", "ii", "ii", "ii"],
  ["ipld.block_link", "iiliii", "iiliii", "iiliii"],
  ["self.root", "iii", "iii", "iii"],
  ["self.set_root", "i", "i", "i"],
  ["self.current_balance", "i", "i", "i"],
  ["self.self_destruct", "ii", "ii", "i"],
  ["actor.resolve_address", "iii", "iii", "iii"],
  ["actor.lookup_delegated_address", "-", "ilii", "ilii"],
  ["actor.get_actor_code_cid", "ilii", "ilii", "ilii"],
  ["actor.new_actor_address", "iii", "-", "-"],
  ["actor.next_actor_address", "-", "iii", "iii"],
  ["actor.create_actor", "li", "liii", "liii"],
  ["actor.get_builtin_actor_type", "ii", "ii", "ii"],
  ["actor.get_code_cid_for_type", "iiii", "iiii", "iiii"],
  ["actor.balance_of", "-", "il", "il"],
  ["crypto.verify_signature", "iiiiiiii", "iiiiiiii", "iiiiiiii"],
  ["crypto.verify_bls_aggregate", "-", "-", "iiiiii"],
  ["crypto.recover_secp_public_key", "iii", "iii", "iii"],
  ["crypto.hash", "iliiii", "iliiii", "iliiii"],
  ["crypto.compute_unsealed_sector_cid", "iliiii", "iliiii", "iliiii"],
  ["crypto.verify_seal", "iii", "-", "-"],
  ["crypto.verify_post", "iii", "iii", "iii"],
  ["crypto.verify_consensus_fault", "iiiiiii", "iiiiiii", "iiiiiii"],
  ["crypto.verify_aggregate_seals", "iii", "iii", "iii"],
  ["crypto.verify_replica_update", "iii", "iii", "iii"],
  ["crypto.batch_verify_seals", "iii", "iii", "iii"],
  ["event.emit_event", "-", "ii", "iiiiii"],
  ["rand.get_chain_randomness", "illii", "illii", "il"],
  ["rand.get_beacon_randomness", "illii", "illii", "il"],
  ["gas.charge", "iil", "iil", "iil"],
  ["gas.available", "-", "i", "i"],
  ["send.send", "iiilill", "iiilillll", "iiilillll"],
  ["debug.enabled", "i", "i", "i"],
  ["debug.log", "ii", "ii", "ii"],
  ["debug.store_artifact", "iiii", "iiii", "iiii"],
];

const generations = [17, 20, 28].map((version) => networkVersion(version).syscalls);

describe("the syscall table", () => {
  test.each(signatures)("%s", (name, ...expected) => {
    for (const lanes of ["syscalls", "debugging"] as const) {
      const found = generations.map((table) => {
        const syscall = table[lanes].find((candidate) => `${candidate.module}.${candidate.name}` === name);
        return syscall === undefined ? "-" : signature(syscall);
      });
      expect(found).toEqual(expected);
    }
  });

  test("has nothing else, and nothing twice", () => {
    generations.forEach((table, generation) => {
      const names = signatures.filter((row) => row[generation + 1] !== "-").map(([name]) => name);
      for (const syscalls of [table.syscalls, table.debugging]) {
        expect(syscalls.map(({ module, name }) => `${module}.${name}`).sort()).toEqual([...names].sort());
      }
    });
  });

  test("fits the control block's argument slots", () => {
    for (const { syscalls } of generations) {
      for (const { params } of syscalls) expect(params.length).toBeLessThanOrEqual(8);
    }
  });

  test("names a handler for each host syscall and for no other", () => {
    for (const table of generations) {
      for (const { lane, handler, module, name } of [...table.syscalls, ...table.debugging]) {
        if (lane === "native") expect(handler).toBeUndefined();
        else expect(handler?.replace(/\[.*/, "")).toBe(`${module}.${name}`);
      }
    }
  });

  test("only the root becomes reachable", () => {
    for (const { syscalls } of generations) {
      const marking = syscalls.filter(({ marksReachable }) => marksReachable).map(({ handler }) => handler);
      expect(marking).toEqual(["self.root"]);
    }
  });

  test("debugging changes lanes, not positions", () => {
    for (const { syscalls, debugging } of generations) {
      expect(debugging.map(({ name }) => name)).toEqual(syscalls.map(({ name }) => name));
      expect(debugging.filter(({ module }) => module === "debug").map(({ lane }) => lane)).toEqual(
        new Array(3).fill("host"),
      );
    }
  });

  test("generations share their versions' tables", () => {
    for (let version = 21; version <= 28; version++) {
      expect(networkVersion(version).syscalls).toBe(networkVersion(21).syscalls);
    }
    expect(networkVersion(16).syscalls).toBe(networkVersion(17).syscalls);
    expect(networkVersion(18).syscalls).toBe(networkVersion(20).syscalls);
  });
});
