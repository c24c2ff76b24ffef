import { encode } from "@ipld/dag-cbor";
import { describe, expect, test } from "vitest";
import { exportedMethodNumber } from "../../../src/builtin/frc42.js";
import {
  type Foreseen,
  foreseen as foreseenOf,
  Prediction,
  predecessorsOf,
  rewardRoots,
} from "../../../src/chain/parallel/prediction.js";
import type { Cid } from "../../../src/encoding/cid.js";

const MINER = "miner" as Cid;

function foreseen(receiver: number, method: number, params = new Uint8Array(), code?: Cid): Foreseen {
  const message = { method, params, gasLimit: 9_000 } as Foreseen["message"];
  return foreseenOf(message, 1000, receiver, code);
}

describe("roots of a message", () => {
  test("are the receiver's as long as nothing is known", () => {
    const prediction = new Prediction();
    expect(prediction.roots(foreseen(101, 5))).toEqual({ read: [101], written: [101] });
    expect(prediction.gas(foreseen(101, 5))).toBe(9_000);
  });

  test("are those of the same method of the same code, for each receiver", () => {
    const prediction = new Prediction();
    const call = (receiver: number, method: number) => foreseen(receiver, method, undefined, MINER);
    prediction.learn(call(101, 6), { read: [101, 2, 4], written: [101, 4] }, 77);
    expect(prediction.roots(call(102, 6))).toEqual({ read: [102, 2, 4], written: [102, 4] });
    expect(prediction.gas(call(102, 6))).toBe(77);
    expect(prediction.roots(call(102, 7))).toEqual({ read: [102], written: [102] });
    // The newest counts.
    prediction.learn(call(102, 6), { read: [], written: [] }, 1);
    expect(prediction.roots(call(101, 6))).toEqual({ read: [], written: [] });
  });

  test.each([1, 4, 20, 24, 300, 70_000])(
    "of a contract are those of the same function: input of %i bytes",
    (length) => {
      const prediction = new Prediction();
      const call = (receiver: number, first: number) => {
        const input = new Uint8Array(length).fill(length, 4);
        input[0] = first;
        return foreseen(receiver, exportedMethodNumber("InvokeEVM"), Uint8Array.from(encode(input)), MINER);
      };
      prediction.learn(call(101, 1), { read: [101, 102], written: [] }, 77);
      expect(prediction.roots(call(101, 1)).read).toEqual([101, 102]);
      for (const other of [call(101, 2), call(102, 1)]) {
        expect(prediction.roots(other).written).toEqual([other.receiver]);
      }
    },
  );

  test("are not remembered if they are many", () => {
    const prediction = new Prediction();
    const many = Array.from({ length: 100 }, (_, i) => i);
    prediction.learn(foreseen(101, 6), { read: many, written: [] }, 1);
    expect(prediction.roots(foreseen(101, 6)).read).toEqual([101]);
  });
});

describe("predecessors", () => {
  const at = (sender: number | undefined, read: number[], written: number[] = []) => ({
    sender,
    read,
    written,
  });

  test.each([
    [
      "those who write what is read, the last of each",
      [at(1, [], [7]), at(2, [], [7]), at(3, [7])],
      [[], [0], [1]],
    ],
    [
      "those who write what is written",
      [at(1, [], [7, 8]), at(2, [], [8]), at(3, [], [7, 8])],
      [[], [0], [0, 1]],
    ],
    ["not those who only read", [at(1, [7]), at(2, [7]), at(3, [], [7])], [[], [], []]],
    ["the sender's last one", [at(1, [7]), at(2, [8]), at(1, [9]), at(1, [])], [[], [], [0], [2]]],
    ["never itself", [at(1, [7, 7], [7, 7])], [[]]],
    ["nobody for the network", [at(undefined, []), at(undefined, [])], [[], []]],
  ])("%s", (_, places, expected) => {
    expect(predecessorsOf(places)).toEqual(expected);
  });

  test("of who reads power are rewards", () => {
    const reward = { sender: undefined, ...rewardRoots(1000) };
    expect(predecessorsOf([reward, at(1, [4]), at(1, [1000]), at(2, [1001])])).toEqual([[], [0], [0, 1], []]);
  });
});
