import { describe, expect, test } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import { ERROR_TEXTS, ErrorNumber } from "../../../src/message/outcome.js";
import { type Backtrace, BacktraceRecorder, backtraceText } from "../../../src/vm/call-manager/backtrace.js";
import { ALICE, ScriptedNetwork } from "./scripted-network.js";

const text = (...lines: string[]) => lines.map((line) => `${line}\n`).join("");

/** Answers of a node of the network, Lotus 1.36. */
describe("a backtrace reads as Lotus has it", () => {
  test.each([
    [4, 9, "method expects no arguments", 16, "00: f04 (method 9) -- method expects no arguments (16)"],
    [
      1021,
      3844450837,
      "contract reverted at 1188",
      33,
      "00: f01021 (method 3844450837) -- contract reverted at 1188 (33)",
    ],
    [
      1020,
      3844450837,
      "Serialization error for Cbor protocol: Mismatch { expect_major: 2, byte: 236 }",
      21,
      "00: f01020 (method 3844450837) -- Serialization error for Cbor protocol: Mismatch { expect_major: 2, byte: 236 } (21)",
    ],
  ])("frame of f0%i", (actorId, method, message, code, expected) => {
    const frames = [{ actorId, method, code, text: message }];
    expect(backtraceText({ frames, cause: undefined })).toBe(text(expected));
  });

  test("a message that cannot be dispatched", async () => {
    const net = await ScriptedNetwork.create();
    const alice = net.tree.resolveAddress(ALICE) as number;
    const actor = net.tree.getActor(alice);
    if (actor === undefined) throw new Error("there is no Alice");
    net.tree.setActor(alice, { ...actor, balance: 4977_398_965_450_153_331_706n });
    net.tree.journal.commit();
    const value = 10n ** 27n;
    const { failure } = await net.send(ALICE, { value, gasFeeCap: 0n, gasPremium: 0n });
    expect(failure?.kind === "backtrace" && backtraceText(failure.backtrace)).toBe(
      text(
        "--> caused by: send::send -- sender does not have funds to transfer (balance 4977.398965450153331706, transfer 1000000000.0) (5: insufficient funds)",
      ),
    );
  });

  test("no such receiver", async () => {
    const net = await ScriptedNetwork.create();
    const { failure } = await net.send(idAddress(999_999));
    expect(failure?.kind === "backtrace" && backtraceText(failure.backtrace)).toBe(
      text("--> caused by: send::send -- actor does not exist: 999999 (6: resource not found)"),
    );
  });
});

test("frames are numbered from the outermost, with two digits", () => {
  const backtrace = new BacktraceRecorder();
  backtrace.begin({ kind: "syscall", module: "ipld", name: "block_stat", errno: 7, text: "why" });
  for (let actorId = 111; actorId > 100; actorId--) {
    backtrace.push({ actorId, method: 2, code: 33, text: "actor aborted" });
  }
  const lines = backtraceText(backtrace).split("\n");
  expect(lines[0]).toBe("00: f0101 (method 2) -- actor aborted (33)");
  expect(lines[10]).toBe("10: f0111 (method 2) -- actor aborted (33)");
  expect(lines[11]).toBe("--> caused by: ipld::block_stat -- why (7: invalid ipld block handle)");
  expect(lines.slice(12)).toEqual([""]);
});

test("a fatal cause", () => {
  const cause = { kind: "fatal", text: "bad", cause: undefined } as const;
  expect(backtraceText({ frames: [], cause })).toBe("--> caused by: [FATAL] Error: bad\n");
});

test("nothing has no text", () => {
  const nothing: Backtrace = { frames: [], cause: undefined };
  expect(backtraceText(nothing)).toBe("");
});

test("each error number says what it means", () => {
  expect(Object.keys(ERROR_TEXTS).map(Number)).toEqual(Object.values(ErrorNumber));
});

test.each([undefined, null, 5, {}, { kind: "backtrace" }])("%j is no backtrace", (value) => {
  expect(() => backtraceText(value as never)).toThrow("INVALID_OPTION { option: 'backtrace'");
});
