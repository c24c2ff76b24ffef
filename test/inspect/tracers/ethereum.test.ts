/** Contracts on Filecoin and on Ethereum: their traces are the same, but for what the documentation says. */

import { concatBytes } from "@noble/hashes/utils.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EthAddress } from "../../../src/builtin/evm/index.js";
import {
  callTracer,
  flatCallTracer,
  fourByteTracer,
  parityStateDiff,
  prestateTracer,
  traceContext,
} from "../../../src/inspect/tracers/index.js";
import {
  type AbiValue,
  abiFunction,
  encodeCall,
  fromHex,
  keccak,
  toHex,
  word,
} from "../../support/evm/abi.js";
import {
  comparedFlat,
  comparedFrame,
  expectedCounts,
  expectedFlat,
  expectedFrame,
} from "../../support/evm/expected-frames.js";
import { expectedDiff, expectedPrestate, expectedStateDiff } from "../../support/evm/expected-prestate.js";
import { contract } from "../../support/evm/solidity.js";
import { Twin, type TwinResult } from "../../support/evm/twin.js";
import { mainnetBundle } from "../../support/real-actors.js";
import { skipLoudly } from "../../support/skip.js";

const data = (signature: string, ...values: AbiValue[]) => encodeCall(abiFunction(signature), values);
const NO_DATA = new Uint8Array();
const nobody = `0x${"ab".repeat(20)}`;
const identity = `0x${"04".padStart(40, "0")}`;

/** Initcode that leaves this code, of less than 256 bytes, in hexadecimal digits. */
function leaving(code: string): Uint8Array {
  const size = (code.length / 2).toString(16).padStart(2, "0");
  return fromHex(`0x60${size}600c60003960${size}6000f3${code}`);
}

interface Contracts {
  readonly caller: string;
  readonly other: string;
  readonly callee: string;
  readonly factory: string;
  readonly reverts: string;
  readonly wallet: string;
  readonly events: string;
}
type Run = (twin: Twin, at: Contracts) => Promise<TwinResult>;

const CALL = "call(address,bytes)";
const LOOK = "look(address,bytes)";
const DELEGATE = "delegate(address,bytes)";
const CREATE = "create(uint256)";
const CREATE2 = "create2(uint256,bytes32)";
const CREATE_RAW = "createRaw(bytes)";
const SALT = `0x${"5a".repeat(32)}`;

const SCENARIOS: Readonly<Record<string, Run>> = {
  // Calls.
  "value sent to an account": (twin) => twin.send(twin.chain.dave.eth, NO_DATA, 5n),
  "value sent to nobody, who comes to be": (twin) => twin.send(nobody, NO_DATA, 5n),
  "data sent to an account": (twin) => twin.send(twin.chain.dave.eth, fromHex("0x01020304")),
  "a contract's function": (twin, { callee }) => twin.call(callee, "set(uint256)", [7n]),
  "a function that only reads": (twin, { callee }) => twin.call(callee, "read()"),
  "less data than a selector": (twin, { wallet }) => twin.send(wallet, fromHex("0x010203"), 1n),
  "no data": (twin, { wallet }) => twin.send(wallet, NO_DATA, 100n),
  "CALL with value": (twin, { caller, callee }) => twin.call(caller, CALL, [callee, data("who()")], 4n),
  "CALL of an account": (twin, { caller }) =>
    twin.call(caller, CALL, [twin.chain.dave.eth, data("who()")], 4n),
  "CALL of nobody": (twin, { caller }) => twin.call(caller, CALL, [`0x${"cd".repeat(20)}`, data("who()")]),
  "CALL of itself": (twin, { caller, callee }) =>
    twin.call(caller, CALL, [caller, data(CALL, callee, data("set(uint256)", 8n))]),
  DELEGATECALL: (twin, { caller, callee }) => twin.call(caller, DELEGATE, [callee, data("who()")], 4n),
  "DELEGATECALL of an account": (twin, { caller }) =>
    twin.call(caller, DELEGATE, [twin.chain.dave.eth, data("who()")]),
  "DELEGATECALL in DELEGATECALL": (twin, { caller, other, callee }) =>
    twin.call(caller, DELEGATE, [other, data(DELEGATE, callee, data("set(uint256)", 9n))], 2n),
  "DELEGATECALL of code that calls": (twin, { caller, other, callee }) =>
    twin.call(caller, DELEGATE, [other, data(CALL, callee, data("who()"))], 2n),
  STATICCALL: (twin, { caller, callee }) => twin.call(caller, LOOK, [callee, data("read()")]),
  "STATICCALL of nobody": (twin, { caller }) =>
    twin.call(caller, LOOK, [`0x${"ef".repeat(20)}`, data("read()")]),
  "CALL within STATICCALL": (twin, { caller, other, callee }) =>
    twin.call(caller, "lookThrough(address,address,bytes)", [other, callee, data("read()")]),
  "eight calls deep": (twin, { caller, callee }) => {
    let input = data("who()");
    for (let depth = 0; depth < 8; depth++) input = data(CALL, depth === 0 ? callee : caller, input);
    return twin.send(caller, input, 3n);
  },
  // Failures.
  "STATICCALL that writes": (twin, { caller, callee }) =>
    twin.call(caller, LOOK, [callee, data("set(uint256)", 1n)]),
  "STATICCALL that logs": (twin, { caller, events }) => twin.call(caller, LOOK, [events, data("plain()")]),
  "STATICCALL that creates": (twin, { caller, factory }) =>
    twin.call(caller, LOOK, [factory, data(CREATE, 1n)]),
  "STATICCALL that ends": (twin, { caller, wallet }) =>
    twin.call(caller, LOOK, [wallet, data("die(address)", `0x${"76".repeat(20)}`)]),
  "a revert with a reason": (twin, { reverts }) =>
    twin.call(reverts, "withReason(string)", ["no, thank you"]),
  "a revert without a reason": (twin, { reverts }) => twin.call(reverts, "withoutReason()"),
  "an error of the contract's": (twin, { reverts }) =>
    twin.call(reverts, "withDetails(uint256,string)", [5n, "why"]),
  "a panic: overflow": (twin, { reverts }) => twin.call(reverts, "panicOverflow(uint256)", [2n ** 256n - 1n]),
  "a panic: division": (twin, { reverts }) => twin.call(reverts, "panicDivision(uint256)", [0n]),
  "a panic: memory": (twin, { reverts }) => twin.call(reverts, "panicMemory(uint256)", [2n ** 64n]),
  "a revert in a nested call that passes it on": (twin, { reverts }) =>
    twin.call(reverts, "bubble(string)", ["up"]),
  "a revert in a nested call that is caught": (twin, { reverts }) =>
    twin.call(reverts, "caught(bytes)", [data("withReason(string)", "held")]),
  INVALID: (twin, { reverts }) => twin.call(reverts, "invalid()"),
  "out of gas in a nested call": (twin, { caller, reverts }) =>
    twin.call(caller, "callWithGas(address,bytes,uint256)", [reverts, data("endless()"), 100_000n]),
  "more value than there is": (twin, { wallet }) =>
    twin.call(wallet, "pay(address,uint256)", [nobody, 10n ** 30n]),
  "value that is not accepted": (twin, { wallet }) => twin.call(wallet, "notPayable()", [], 1n),
  "logs of a call that reverts": (twin, { caller, events }) =>
    twin.call(caller, CALL, [events, data("numberedThenRevert(uint256)", 3n)]),
  // Creations.
  "a creation": (twin) => twin.create(contract("calls.sol", "Callee").initcode),
  "a creation that reverts": (twin) =>
    twin.create(concatBytes(contract("reverts.sol", "Refuser").initcode, word(3n))),
  "a creation of nothing": (twin) => twin.create(NO_DATA),
  CREATE: (twin, { factory }) => twin.call(factory, CREATE, [1n], 6n),
  CREATE2: (twin, { factory }) => twin.call(factory, CREATE2, [2n, SALT]),
  "CREATE2 where a contract is": (twin, { factory }) => twin.call(factory, CREATE2, [2n, SALT]),
  "CREATE that reverts": (twin, { factory }) => twin.call(factory, CREATE, [666n]),
  "creation in creation": (twin, { factory }) =>
    twin.call(factory, CREATE_RAW, [contract("tracing.sol", "Nest").initcode]),
  "creation in a delegated call": (twin, { caller, factory }) =>
    twin.call(caller, DELEGATE, [factory, data(CREATE, 1n)]),
  "CREATE of an undefined instruction": (twin, { factory }) =>
    twin.call(factory, CREATE_RAW, [fromHex("0x0c")]),
  "CREATE without a stack": (twin, { factory }) => twin.call(factory, CREATE_RAW, [fromHex("0x01")]),
  "CREATE with a bad jump": (twin, { factory }) => twin.call(factory, CREATE_RAW, [fromHex("0x600356")]),
  "CREATE of reserved code": (twin, { factory }) => twin.call(factory, CREATE_RAW, [leaving("ef00")]),
  "CREATE of too much code": (twin, { factory }) =>
    twin.call(factory, CREATE_RAW, [fromHex("0x6160016000f3")]),
  // The end of contracts.
  SELFDESTRUCT: async (twin) => {
    const wallet = await twin.deploy(contract("value.sol", "Wallet"));
    await twin.send(wallet, NO_DATA, 11n);
    return twin.call(wallet, "die(address)", [twin.chain.dave.eth]);
  },
  "SELFDESTRUCT for nobody": async (twin) => {
    const wallet = await twin.deploy(contract("value.sol", "Wallet"));
    return twin.call(wallet, "die(address)", [`0x${"98".repeat(20)}`]);
  },
  "SELFDESTRUCT in a constructor": (twin, { factory }) =>
    twin.call(factory, CREATE_RAW, [fromHex("0x33ff")], 3n),
  "creation and end in one message": (twin, { factory }) => twin.call(factory, "mayfly(bytes32)", [SALT]),
  "SELFDESTRUCT, then a question": async (twin) => {
    const wallet = await twin.deploy(contract("value.sol", "Wallet"));
    await twin.send(wallet, NO_DATA, 13n);
    return twin.call(wallet, "dieAndAsk(address)", [twin.chain.dave.eth]);
  },
  // Logs.
  "logs of all kinds": async (twin, { caller, events }) =>
    twin.call(caller, CALL, [events, data("raw(uint256,bytes)", 4n, fromHex("0x0102"))]),
  "a log without anything": (twin, { events }) => twin.call(events, "hollow()"),
  "an anonymous log": (twin, { events }) => twin.call(events, "unnamed(uint256)", [5n]),
  "many logs": (twin, { events }) => twin.call(events, "many(uint256)", [20n]),
  // Code that no node shows.
  "a precompile": (twin, { caller }) => twin.call(caller, LOOK, [identity, fromHex("0x0102")]),
  "logs about precompiles": async (twin) =>
    twin.call(await twin.deploy(contract("tracing.sol", "Between")), "run()"),
  // Queries.
  "balances and codes": (twin, { factory, caller }) => twin.call(factory, "codeOf(address)", [caller]),
};

const isThere = mainnetBundle(18) !== undefined;
if (!isThere) skipLoudly("contracts on Filecoin and on Ethereum: no bundle v18");

describe.skipIf(!isThere)("nv28", () => {
  let twin: Twin;
  let at: Contracts;
  beforeAll(async () => {
    twin = await Twin.create(28);
    const deploy = (file: string, name: string) => twin.deploy(contract(file, name));
    at = {
      caller: await deploy("calls.sol", "Caller"),
      other: await deploy("calls.sol", "Caller"),
      callee: await deploy("calls.sol", "Callee"),
      factory: await deploy("create.sol", "Factory"),
      reverts: await deploy("reverts.sol", "Reverts"),
      wallet: await deploy("value.sol", "Wallet"),
      events: await deploy("events.sol", "Events"),
    };
  });
  afterAll(() => twin?.close());

  test.each(Object.entries(SCENARIOS))("%s", async (_, run) => {
    const { trace, before, after, ethereum } = await run(twin, at);
    const { store } = twin.chain;
    const context = await traceContext(trace, store, after);
    const expected = expectedFrame(ethereum.frame);
    const frame = callTracer(trace, { withLog: true }, context);
    expect(frame && comparedFrame(frame)).toEqual(expected);
    expect(flatCallTracer(trace, {}, context).map(comparedFlat)).toEqual(expectedFlat(expected));
    expect(fourByteTracer(trace, context)).toEqual(expectedCounts(expected));
    const states = { blockstore: store, before, after };
    expect(await prestateTracer(trace, states, { diffMode: true })).toEqual(expectedDiff(ethereum));
    expect(await parityStateDiff(trace, states)).toEqual(expectedStateDiff(ethereum));
    expect(await prestateTracer(trace, states)).toEqual(expectedPrestate(ethereum));
  });

  // Ethereum burns it.
  test("a contract that names itself as its heir keeps its money", async () => {
    const wallet = (await twin.deploy(contract("value.sol", "Wallet"))) as EthAddress;
    await twin.send(wallet, NO_DATA, 12n);
    const { trace, before, after, ethereum } = await twin.call(wallet, "die(address)", [wallet]);
    const frame = callTracer(trace, { withLog: true });
    expect(frame && comparedFrame(frame)).toEqual(expectedFrame(ethereum.frame));
    const states = { blockstore: twin.chain.store, before, after };
    const { pre, post } = await prestateTracer(trace, states, { diffMode: true });
    expect(pre[wallet]).toMatchObject({ balance: "0xc", nonce: 1 });
    expect(post[wallet]).toEqual({ code: "0x", codeHash: toHex(keccak(NO_DATA)) });
    const diff = await parityStateDiff(trace, states);
    expect(diff[wallet]).toMatchObject({ balance: "=", nonce: { "*": { from: "0x1", to: "0x0" } } });
  });
});
