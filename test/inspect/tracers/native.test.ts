/** Cases that Ethereum does not have: native actors among contracts, and calls nested a thousand deep. */
import { encode } from "@ipld/dag-cbor";
import { beforeAll, describe, expect, test } from "vitest";
import { addressBytes } from "../../../src/address/address.js";
import { maskedId } from "../../../src/builtin/evm/index.js";
import {
  callTracer,
  flatCallTracer,
  fourByteTracer,
  parityTrace,
  prestateTracer,
} from "../../../src/inspect/tracers/index.js";
import type { TracedResult } from "../../../src/vm/machine/machine.js";
import { decodeAbi, encodeAbi, fromHex, toHex } from "../../support/evm/abi.js";
import type { DeployedContract } from "../../support/evm/deployed-contract.js";
import { EAM, EvmChain } from "../../support/evm/evm-chain.js";
import type { EvmOutcome } from "../../support/evm/outcome.js";
import { filecoinPrecompile } from "../../support/evm/precompile.js";
import { contract } from "../../support/evm/solidity.js";
import { mainnetBundle } from "../../support/real-actors.js";
import { skipLoudly } from "../../support/skip.js";

const CBOR = 0x51n;
/** An exported method that accounts have not: they accept it, whatever it is. */
const ANY_METHOD = 20_000_000n;
/** ID of an account. */
const ACCOUNT = 100;
const SELECTOR = "868e10c4";
const RUN = "runDelegated(address,bytes)";
const traceOf = ({ apply }: EvmOutcome) => (apply as TracedResult).trace;
const bundle = mainnetBundle(18);
if (bundle === undefined) skipLoudly("native actors among contracts: no bundle v18");

describe.skipIf(bundle === undefined)("nv28", () => {
  let chain: EvmChain;
  let precompiles: DeployedContract;
  let native: DeployedContract;
  beforeAll(async () => {
    chain = await EvmChain.create(28);
    const traced = { execute: { trace: true } } as const;
    precompiles = (await chain.deploy(contract("precompiles.sol", "Precompiles"))).with(traced);
    native = await chain.deploy(contract("calls.sol", "Native"));
  });

  /** A contract calls an actor by its ID. */
  const calling = async (id: number, method: bigint, params: Uint8Array, value = 0n) => {
    const head = encodeAbi(
      ["uint64", "uint256", "uint64", "uint64"],
      [method, value, 0n, params.length > 0 ? CBOR : 0n],
    );
    const rest = encodeAbi(
      ["uint256", "uint256", "uint256", "uint256"],
      [192n, BigInt(id), BigInt(params.length), 0n],
    );
    const input = Buffer.concat([head, rest.subarray(0, 96), params, new Uint8Array(-params.length & 31)]);
    const outcome = await precompiles.outcome(RUN, filecoinPrecompile(5), input);
    expect(outcome.exitCode).toBe(0);
    return traceOf(outcome);
  };

  test("a native actor that a contract calls is shown with its method, and what it returns", async () => {
    const params = encode(["some", 1]);
    const trace = await calling(ACCOUNT, ANY_METHOD, params);
    const [call] = callTracer(trace)?.calls ?? [];
    expect(call).toMatchObject({ type: "CALL", from: precompiles.eth, to: maskedId(ACCOUNT), value: "0x0" });
    expect(call?.error).toBeUndefined();
    const input = fromHex(call?.input ?? "0x");
    expect(call?.input.slice(2, 10)).toBe(SELECTOR);
    expect(decodeAbi(["uint64", "uint64", "bytes"], input.subarray(4))).toEqual([ANY_METHOD, CBOR, params]);
    const output = decodeAbi(["uint64", "uint64", "bytes"], fromHex(call?.output ?? "0x"));
    expect(output).toEqual([0n, 0n, new Uint8Array()]);
    expect(fourByteTracer(trace)).not.toHaveProperty(`0x${SELECTOR}-160`);
    expect(parityTrace(trace)[1]).toMatchObject({
      action: { callType: "call", to: maskedId(ACCOUNT), input: call?.input },
    });
    expect(flatCallTracer(trace)[1]).toMatchObject({ action: { callType: "call", input: call?.input } });
  });

  test("one that refuses is shown with its exit code", async () => {
    const trace = await calling(ACCOUNT, 9_999_999n, encode(1));
    const [call] = callTracer(trace)?.calls ?? [];
    expect(call).toMatchObject({ to: maskedId(ACCOUNT), error: "actor error: ErrForbidden(18)" });
    expect(call?.output).toBeUndefined();
    expect(parityTrace(trace)[1]).toMatchObject({ error: "actor error: ErrForbidden(18)" });
  });

  test("a contract called like a native actor is counted by what it is given", async () => {
    const trace = await calling(native.id, 7_777_777n, encode([1]));
    expect(fourByteTracer(trace)).toMatchObject({ [`0x${SELECTOR}-160`]: 1 });
    expect(callTracer(trace, { withLog: true })?.calls?.[0]).toMatchObject({ to: native.eth, logs: [{}] });
  });

  test("nobody who is called by ID: Lotus has no trace of it", async () => {
    const trace = await calling(10 ** 9, 7_777_777n, encode([1]));
    const error = "vm error: SysErrInvalidReceiver(5)";
    expect(callTracer(trace)?.calls).toMatchObject([{ to: maskedId(10 ** 9), error }]);
    expect(parityTrace(trace)).toHaveLength(1);
  });

  test("value that a contract sends through a precompile is no SELFDESTRUCT", async () => {
    await chain.invoke(native.eth, new Uint8Array());
    const { eth, address } = precompiles;
    await chain.send(address, { value: 50n });
    const trace = await calling(100, 0n, new Uint8Array(), 50n);
    expect(callTracer(trace)?.calls).toMatchObject([
      { type: "CALL", from: eth, to: maskedId(100), value: "0x32" },
    ]);
  });

  test("a native account's messages: to an account, and to the Ethereum address manager", async () => {
    const { alice, dave } = chain;
    const traced = { from: alice, execute: { trace: true } } as const;
    const { trace } = (await chain.send(dave.address, { ...traced, value: 3n })) as TracedResult;
    const frame = callTracer(trace);
    expect(frame).toMatchObject({ type: "CALL", from: alice.eth, to: dave.eth, value: "0x3" });
    expect(decodeAbi(["uint64", "uint64", "bytes"], fromHex(frame?.input ?? "0x").subarray(4))).toEqual([
      ...[0n, 0n, new Uint8Array()],
    ]);
    const { initcode } = contract("calls.sol", "Callee");
    const created = (await chain.send(EAM, {
      ...traced,
      method: 4,
      params: encode(initcode),
    })) as TracedResult;
    expect(callTracer(created.trace)).toMatchObject({ type: "CREATE", from: alice.eth, output: "0xfe" });
  });

  // Before the constructor, the address manager asks the account for its key, by the number of `Resurrect`.
  test("a native account's creation that reverts: Lotus shows the account's address as the reason", async () => {
    const { alice } = chain;
    const initcode = Buffer.concat([
      contract("reverts.sol", "Refuser").initcode,
      encodeAbi(["uint256"], [7n]),
    ]);
    const { apply } = await chain.create(initcode, { from: alice, execute: { trace: true } });
    const { trace } = apply as TracedResult;
    const [create] = parityTrace(trace);
    expect(create).toMatchObject({
      error: "Reverted",
      subtraces: 0,
      result: { code: toHex(addressBytes(alice.address)) },
    });
    const frame = callTracer(trace);
    expect(frame).toMatchObject({ type: "CREATE", error: "execution reverted" });
    expect(frame?.output?.slice(-2)).toBe("07");
  });

  test("a creation in a native account's creation is one of Geth's tracers only", async () => {
    const { initcode } = contract("tracing.sol", "Nest");
    const { apply } = await chain.create(initcode, { from: chain.alice, execute: { trace: true } });
    const { trace } = apply as TracedResult;
    expect(callTracer(trace)?.calls?.[0]?.calls).toMatchObject([{ type: "CREATE" }]);
    expect(parityTrace(trace)).toHaveLength(1);
  });

  test("a message that fails before it calls anybody has no frames, and no accounts", async () => {
    const result = (await chain.send(chain.dave.address, {
      nonce: 99,
      execute: { trace: true },
    })) as TracedResult;
    expect(result.failure?.kind).toBe("preflight");
    const { trace } = result;
    expect(callTracer(trace)).toBeUndefined();
    expect([parityTrace(trace), flatCallTracer(trace), fourByteTracer(trace)]).toEqual([[], [], {}]);
    const root = await chain.machine.flush();
    const states = { blockstore: chain.store, before: root, after: root };
    expect(await prestateTracer(trace, states)).toEqual({});
    expect(await prestateTracer(trace, states, { diffMode: true })).toEqual({ pre: {}, post: {} });
  });

  test("a thousand calls in each other", { timeout: 120_000 }, async () => {
    const recursion = await chain.deploy(contract("recursion.sol", "Recursion"));
    const outcome = await recursion
      .with({ execute: { trace: true }, gasLimit: Number.MAX_SAFE_INTEGER })
      .outcome("dive(uint256)", 2000n);
    const trace = traceOf(outcome);
    const depth = parityTrace(trace).length;
    expect(depth).toBeGreaterThan(900);
    const frame = callTracer(trace);
    // The call that would have been too deep is one of Geth's only.
    expect(flatCallTracer(trace)).toHaveLength(depth + 1);
    expect(flatCallTracer(trace).at(-1)?.error).toBe("max call depth exceeded");
    expect(JSON.stringify(frame).match(/"CALL"/g)).toHaveLength(depth + 1);
  });
});
