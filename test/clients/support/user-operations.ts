/** Operations of ERC-4337 for the entry point that people use, version 0.8, from the package of its authors. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Abi, concatHex, encodeAbiParameters, encodeFunctionData, type Hex, pad, toHex } from "viem";
import type { Artifact, Deployed } from "./viem.js";

const require = createRequire(import.meta.url);
const file = require.resolve("@account-abstraction/contracts/artifacts/EntryPoint.json");
export const entryPointArtifact = JSON.parse(readFileSync(file, "utf8")) as Artifact;

export interface PackedUserOperation {
  readonly sender: Hex;
  readonly nonce: bigint;
  readonly initCode: Hex;
  readonly callData: Hex;
  readonly accountGasLimits: Hex;
  readonly preVerificationGas: bigint;
  readonly gasFees: Hex;
  readonly paymasterAndData: Hex;
  readonly signature: Hex;
}

export interface Call {
  readonly target: Hex;
  readonly value?: bigint;
  readonly data?: Hex;
}

export interface Wish {
  readonly sender: Hex;
  /** Data that the sender is called with. */
  readonly callData: Hex;
  /** Default: 0. */
  readonly nonceKey?: bigint;
  /** Creates the sender. */
  readonly initCode?: Hex;
  readonly paymasterAndData?: Hex;
  readonly callGas?: bigint;
}

/** Gas on Filecoin is about a hundred times Ethereum's. */
const VERIFICATION_GAS = 300_000_000n;
const CALL_GAS = 100_000_000n;
const PRE_VERIFICATION_GAS = 10_000_000n;
/** attoFIL per gas. */
const FEES = { priority: 1_000_000n, most: 2_000_000n };

export const packed = (high: bigint, low: bigint) =>
  concatHex([pad(toHex(high), { size: 16 }), pad(toHex(low), { size: 16 })]);

/** Calls of a wallet of ERC-7821, when it is asked to make them. */
export function batch(calls: readonly Call[], abi: Abi): Hex {
  const type = [
    {
      type: "tuple[]",
      components: [
        { name: "target", type: "address" },
        { name: "value", type: "uint256" },
        { name: "data", type: "bytes" },
      ],
    },
  ] as const;
  const list = calls.map(({ target, value = 0n, data = "0x" }) => ({ target, value, data }));
  const mode = pad("0x01", { dir: "right" });
  const args = [mode, encodeAbiParameters(type, [list])];
  return encodeFunctionData({ abi, functionName: "execute", args });
}

/** An operation without its signature, and the hash that is to be signed. */
export async function operation(entryPoint: Deployed, wish: Wish) {
  const { sender, callData, initCode = "0x", paymasterAndData = "0x", callGas = CALL_GAS } = wish;
  const unsigned: PackedUserOperation = {
    sender,
    nonce: await entryPoint.read("getNonce", sender, wish.nonceKey ?? 0n),
    initCode,
    callData,
    accountGasLimits: packed(VERIFICATION_GAS, callGas),
    preVerificationGas: PRE_VERIFICATION_GAS,
    gasFees: packed(FEES.priority, FEES.most),
    paymasterAndData,
    signature: "0x",
  };
  return { unsigned, hash: (await entryPoint.read("getUserOpHash", unsigned)) as Hex };
}
