import { writeU64, writeU128 } from "../kernel/words.js";
import type { NativeStackConfig } from "../native/addon.js";
import type { NetworkVersion } from "../network/version.js";
import type { MachineContext } from "./context.js";

/** A running actor can be cancelled after each slice: some milliseconds. */
const SLICE_MILLIGAS = 100_000_000_000;

/** What C++ has to know of a machine. */
export function nativeStackConfig(network: NetworkVersion, context: MachineContext): NativeStackConfig {
  const { rules, nativePrices, maxStackMemoryBytes } = network;
  return {
    syscalls: machineSyscalls(network, context),
    prices: nativePrices,
    rules: rules.native,
    maxStackMemoryBytes,
    networkContext: networkContext(network, context),
    circulatingSupply: amount(context.circulatingSupply),
    baseFee: amount(context.baseFee),
    sliceMilligas: SLICE_MILLIGAS,
  };
}

/** What actors may import from this machine. */
export function machineSyscalls({ syscalls }: NetworkVersion, { debug }: MachineContext) {
  return debug === undefined ? syscalls.syscalls : syscalls.debugging;
}

/** The answer to network.context, packed. Source: shared/src/sys/out.rs. */
function networkContext({ version }: NetworkVersion, context: MachineContext): Uint8Array {
  const words = new Uint32Array(11);
  writeU64(words, 0, context.epoch);
  writeU64(words, 2, context.timestamp);
  writeU128(words, 4, context.baseFee);
  writeU64(words, 8, context.chainId);
  words[10] = version;
  return new Uint8Array(words.buffer);
}

function amount(attoFil: bigint): Uint8Array {
  const words = new Uint32Array(4);
  writeU128(words, 0, attoFil);
  return new Uint8Array(words.buffer);
}
