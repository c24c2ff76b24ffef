import { describe, expect, test } from "vitest";
import { type Address, idAddress } from "../../../src/address/address.js";
import type { Cid } from "../../../src/encoding/cid.js";
import { native } from "../../../src/native/index.js";
import { script, send } from "../call-manager/acts.js";
import { ScriptedNetwork } from "../call-manager/scripted-network.js";
import type { Act, Actor } from "../call-manager/scripted-stack.js";

const CONTRACT = 101;
const ROOT: Cid = native.cidOf(0x71, Uint8Array.of(1));
const getRoot: Act = { syscall: "self.root", args: [100] };
const setRoot: Act = { syscall: "self.set_root", args: [ROOT] };
const balance: Act = { syscall: "self.current_balance", args: [] };

/** Error numbers of the acts, performed by a contract with 1000 attoFIL. */
async function errors(version: number, acts: readonly Act[]) {
  const net = await ScriptedNetwork.create({ version, actors: { contract: script(acts) } });
  const { receipt } = await net.send("contract");
  return { errors: [...receipt.returnData], actor: net.tree.getActor(CONTRACT), net };
}

describe("the state root", () => {
  test.each([16, 18, 28])("network version %i: is set", async (version) => {
    const result = await errors(version, [getRoot, setRoot, getRoot]);
    expect(result.errors).toEqual([0, 0, 0]);
    expect(result.actor?.state).toBe(ROOT);
  });

  test("is not set by a read-only call", async () => {
    const caller: Actor = function* () {
      yield send(idAddress(CONTRACT), { readOnly: true });
      return { exit: 0 };
    };
    const seen: number[] = [];
    const contract: Actor = function* () {
      for (const act of [getRoot, setRoot, { syscall: "self.self_destruct", args: [1] } as Act]) {
        seen.push((yield act).errno);
      }
      return { exit: 0 };
    };
    const net = await ScriptedNetwork.create({ actors: { contract, caller } });
    await net.send("caller");
    expect(seen).toEqual([0, 13, 13]);
  });
});

describe("self-destruction", () => {
  const destroy = (beneficiary: Address): Act => ({
    syscall: "self.self_destruct[beneficiary]",
    args: [beneficiary],
  });
  const burn = (flag: number): Act => ({ syscall: "self.self_destruct", args: [flag] });

  test.each([16, 18, 20])("network version %i: gives the rest to a beneficiary", async (version) => {
    const unknown = `\x02${"\0".repeat(20)}` as Address;
    const acts = [destroy(unknown), destroy(idAddress(CONTRACT)), destroy(idAddress(100)), balance];
    const result = await errors(version, [...acts, destroy(unknown), getRoot, setRoot]);
    expect(result.errors).toEqual([6, 11, 0, 0, 0, 2, 2]);
    expect(result.actor).toBeUndefined();
    expect(result.net.tree.getActor(100)?.balance).toBe(10n ** 18n + 1000n);
  });

  test.each([21, 28])("network version %i: burns the rest, if told to", async (version) => {
    const result = await errors(version, [burn(0), burn(1), balance, burn(0), getRoot, setRoot]);
    expect(result.errors).toEqual([2, 0, 0, 0, 2, 2]);
    expect(result.actor).toBeUndefined();
    expect(result.net.tree.getActor(99)?.balance).toBe(1000n);
  });

  test("is undone with the call", async () => {
    const contract = script([burn(1)], 16);
    const net = await ScriptedNetwork.create({ actors: { contract } });
    await net.send("contract");
    expect(net.actor("contract").balance).toBe(1000n);
  });
});

describe("creation up to network version 17", () => {
  const create = (code: Cid, id = 500): Act => ({ syscall: "actor.create_actor[builtin]", args: [id, code] });

  test("any actor creates builtin actors, unless there is one only", async () => {
    const seen: number[] = [];
    const contract: Actor = function* () {
      for (const act of [
        create(ROOT),
        create(net.code("init")),
        create(net.code("account")),
        create(net.code("account")),
      ]) {
        seen.push((yield act).errno);
      }
      return { exit: 0 };
    };
    const net = await ScriptedNetwork.create({ version: 17, actors: { contract } });
    await net.send("contract");
    expect(seen).toEqual([11, 11, 0, 11]);
    expect(net.tree.getActor(500)).toMatchObject({ code: net.code("account"), nonce: 0, balance: 0n });
  });
});
