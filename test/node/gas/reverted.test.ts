import { expect, test } from "vitest";
import { CborWriter } from "../../../src/ipld/cbor.js";
import { executionReverted } from "../../../src/node/gas/reverted.js";
import { hexBytes, noBytes } from "../../../src/util/bytes.js";

function errorOf(exitCode: number, returnData: Uint8Array) {
  const receipt = { exitCode, returnData, gasUsed: 1, eventsRoot: undefined };
  return executionReverted({ receipt, failure: undefined });
}

const word = (value: number) => value.toString(16).padStart(64, "0");
const text = (value: string) =>
  `${word(32)}${word(value.length)}${Buffer.from(value).toString("hex").padEnd(64, "0")}`;

/** Source: Lotus chain/types/ethtypes/eth_types_test.go and `ParseEthRevert`. */
test.each([
  ["", "none"],
  ["3db2a12a", "0x3db2a12a"],
  [`4e487b71${word(1)}`, "Assert()"],
  [`4e487b71${word(0x51)}`, "CalledUninitializedFunction()"],
  [`4e487b71${word(0x99)}`, "Panic(0x99)"],
  [`4e487b71${"ff".repeat(32)}`, `Panic(0x${"ff".repeat(32)})`],
  [`08c379a0${text("no")}`, "Error(no)"],
  [`08c379a0${word(33)}${word(0)}`, `0x08c379a0${word(33)}${word(0)}`],
  [`08c379a0${word(32)}${word(99)}`, `0x08c379a0${word(32)}${word(99)}`],
  [`08c379a0${"ff".repeat(32)}`, `0x08c379a0${"ff".repeat(32)}`],
])("the reason of %s", (data, reason) => {
  const { message, code, data: shown } = errorOf(33, new CborWriter().bytes(hexBytes(data)).finish());
  expect(message).toBe(
    `message execution failed (exit=[33], revert reason=[${reason}], vm error=[unknown error (RetCode=33)])`,
  );
  expect({ code, shown }).toEqual({ code: 3, shown: `0x${data}` });
});

test("what is no byte string has no reason", () => {
  expect(errorOf(22, noBytes())).toMatchObject({
    message:
      "message execution failed (exit=[ErrUnhandledMessage(22)], vm error=[unknown error (RetCode=22)])",
    data: "0x",
  });
});
