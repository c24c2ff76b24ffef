import { expect, test } from "vitest";
import {
  errorNumberName,
  errorNumberText,
  exitCodeName,
  exitCodeText,
} from "../../src/builtin/exit-codes.js";
import { ErrorNumber } from "../../src/message/outcome.js";

test.each([
  [0, undefined, "0 (OK)"],
  [7, undefined, "7 (SYS_OUT_OF_GAS)"],
  [16, "multisig", "16 (USR_ILLEGAL_ARGUMENT)"],
  [24, undefined, "24 (USR_ASSERTION_FAILED)"],
  [33, undefined, "33"],
  [33, "evm", "33 (EVM_CONTRACT_REVERTED)"],
  [33, "eam", "33 (EVM_CONTRACT_REVERTED)"],
  [33, "storagemarket", "33 (EX_DEAL_NOT_ACTIVATED)"],
  [33, "account", "33"],
  [40, "evm", "40 (EVM_CONTRACT_SELFDESTRUCT_FAILED)"],
  [32, "paymentchannel", "32 (ERR_CHANNEL_STATE_UPDATE_AFTER_SETTLED)"],
  [32, "storagepower", "32 (ERR_TOO_MANY_PROVE_COMMITS)"],
  [1000, "storageminer", "1000 (ERR_BALANCE_INVARIANTS_BROKEN)"],
] as const)("exit code %i of %s", (code, type, text) => {
  expect(exitCodeText(code, type)).toBe(text);
  expect(exitCodeName(code, type)).toBe(/\((\w+)\)/.exec(text)?.[1]);
});

test("error numbers", () => {
  expect(errorNumberText(ErrorNumber.NotFound)).toBe("6 (NotFound: resource not found)");
  expect(errorNumberName(13)).toBe("ReadOnly");
  expect(errorNumberName(99)).toBe(undefined);
});
