import { beforeEach, expect, test } from "vitest";
import { makeDevChain, withDevChains } from "../../support/dev-chain.js";
import { type Call, devRpc } from "../../support/dev-rpc.js";

const TOKEN = "0x7777777777777777777777777777777777777777";
const OWNER = "0x8888888888888888888888888888888888888888";
const SPENDER = "0x9999999999999999999999999999999999999999";
const byte = (n: number) => n.toString(16).padStart(2, "0");
/** Bytes of code that push a slot. */
const pushed = (slot: string) => `${byte(0x5f + slot.length / 2)}${slot}`;
/** Returns the value of the storage slot whose number is on the stack. */
const ANSWER = "5460005260206000f3";
const DIGEST = "6040600020";
const NAMESPACE = "52c63247e1f47db19d5ce0460030c497f067ca4cebf71ba98eeadabe20bace00";

/** A token of which whatever it is asked is the value of a mapping, by the first address it is asked about. */
const solidity = (slot: string) => `0x600435600052${pushed(slot)}602052${DIGEST}${ANSWER}`;
const vyper = (slot: string) => `0x600435602052${pushed(slot)}600052${DIGEST}${ANSWER}`;
/** By both addresses. */
const nested = (slot: string) =>
  `0x600435600052${pushed(slot)}602052${DIGEST}602052602435600052${DIGEST}${ANSWER}`;

withDevChains("tokens", () => {
  let call: Call;

  beforeEach(async () => {
    call = devRpc(await makeDevChain({ accounts: 1 }));
  });

  const word = (address: string) => address.slice(2).padStart(64, "0");
  const ask = async (selector: string, ...addresses: string[]) =>
    BigInt(
      (await call(
        "eth_call",
        { to: TOKEN, data: `${selector}${addresses.map(word).join("")}` },
        "latest",
      )) as string,
    );

  test.each([
    ["Solidity's first slot", solidity("00")],
    ["a later one", solidity("33")],
    ["OpenZeppelin's upgradeable tokens", solidity(NAMESPACE)],
    ["Vyper", vyper("05")],
  ])("balances as in %s", async (_, code) => {
    await call("anvil_setCode", TOKEN, code);
    expect(await call("anvil_dealERC20", OWNER, TOKEN, "0xde0b6b3a7640000")).toBeNull();
    expect(await ask("0x70a08231", OWNER)).toBe(10n ** 18n);
    expect(await ask("0x70a08231", SPENDER)).toBe(0n);
    expect(await call("hardhat_dealERC20", OWNER, TOKEN, 0)).toBeNull();
    expect(await ask("0x70a08231", OWNER)).toBe(0n);
  });

  test("allowances", async () => {
    await call("anvil_setCode", TOKEN, nested("01"));
    expect(await call("anvil_setERC20Allowance", OWNER, SPENDER, TOKEN, 5)).toBeNull();
    expect(await ask("0xdd62ed3e", OWNER, SPENDER)).toBe(5n);
    expect(await ask("0xdd62ed3e", SPENDER, OWNER)).toBe(0n);
  });

  test("what keeps its balances elsewhere, or is no token, is an error", async () => {
    await call("anvil_setCode", TOKEN, solidity("ffff"));
    await expect(call("anvil_dealERC20", OWNER, TOKEN, 5)).rejects.toThrow(/none of the slots/);
    // Always answers 5.
    await call("anvil_setCode", TOKEN, "0x600560005260206000f3");
    await expect(call("anvil_dealERC20", OWNER, TOKEN, 5)).rejects.toThrow(/none of the slots/);
    await expect(call("anvil_dealERC20", OWNER, OWNER, 5)).rejects.toThrow();
  });
});
