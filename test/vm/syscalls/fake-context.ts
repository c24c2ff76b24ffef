import type { Cid } from "../../../src/encoding/cid.js";
import type { StampedEvent } from "../../../src/message/event.js";
import { OutOfGas, SyscallError } from "../../../src/message/outcome.js";
import { latin1Bytes } from "../../../src/util/bytes.js";
import type { Externs } from "../../../src/vm/externs/externs.js";
import type { GasCharge } from "../../../src/vm/gas/charges.js";
import { GasTracker } from "../../../src/vm/gas/tracker.js";
import type { Calls, Handler, SyscallContext } from "../../../src/vm/kernel/context.js";
import type { MachineContext } from "../../../src/vm/kernel/machine-context.js";
import { networkVersion } from "../../../src/vm/network/version.js";
import { ReplayingProofs } from "../../../src/vm/proofs/replaying.js";
import { type ProofVerifier, rejectProofs } from "../../../src/vm/proofs/verifier.js";

export interface Call {
  /** Network version; default the newest. */
  readonly nv?: number;
  /** By slot; a number for an `out` or `tail` parameter's length. */
  readonly args?: readonly (number | bigint | Uint8Array)[];
  readonly epoch?: number;
  readonly chainId?: number;
  readonly readOnly?: boolean;
  /** Whole gas. */
  readonly gasLimit?: number;
  readonly externs?: Partial<Externs>;
  readonly proofs?: ProofVerifier;
  readonly calls?: Partial<Calls>;
  readonly accountCode?: Cid;
}

export interface Result {
  /** "ok", a syscall error's number, "out of gas". */
  readonly outcome: "ok" | "out of gas" | number;
  /** A number, or bytes in hexadecimal. */
  readonly answer: unknown;
  /** Milligas by name, in order. */
  readonly charges: readonly (readonly [name: string, amount: number | bigint])[];
  readonly events: readonly StampedEvent[];
}

/** Runs a handler alone, with everything around it made up. */
export function runHandler(handler: Handler, call: Call): Result {
  const charges: GasCharge[] = [];
  const events: StampedEvent[] = [];
  let answer: unknown;
  const network = networkVersion(call.nv ?? 28);
  const context = {
    frame: { actorId: 1000, caller: 100, method: 2, value: 0n, readOnly: call.readOnly ?? false },
    args: {
      u32: (slot: number) => call.args?.[slot],
      u64: (slot: number) => call.args?.[slot],
      i64: (slot: number) => call.args?.[slot],
      bytes: (slot: number) => call.args?.[slot],
      length: (slot: number) => call.args?.[slot],
    },
    answer: {
      none: () => {
        answer = "none";
      },
      u32: (value: number) => {
        answer = value;
      },
      bytes: (data: Uint8Array) => {
        answer = Buffer.from(data).toString("hex");
      },
      latin1: (data: string) => {
        answer = Buffer.from(latin1Bytes(data)).toString("hex");
      },
      tail: (_slot: number, data: Uint8Array) => {
        answer = Buffer.from(data).toString("hex");
      },
    },
    gas: new GasTracker(call.gasLimit ?? 10_000_000_000, { record: (charge) => charges.push(charge) }),
    prices: network.priceList,
    network,
    machine: {
      epoch: call.epoch ?? 100,
      chainId: call.chainId ?? 314,
      manifest: { account: call.accountCode },
    } as unknown as MachineContext,
    externs: call.externs ?? {},
    proofs: new ReplayingProofs(call.proofs ?? rejectProofs),
    call: { appendEvent: (event: StampedEvent) => events.push(event), ...call.calls },
  } as unknown as SyscallContext;
  const outcome = run(handler, context);
  const amounts = charges.map(({ name, compute, other }) => [name, sum(compute, other)] as const);
  return { outcome, answer, charges: amounts, events };
}

function run(handler: Handler, context: SyscallContext): Result["outcome"] {
  try {
    handler(context);
    return "ok";
  } catch (error) {
    if (error instanceof SyscallError) return error.errno;
    if (error instanceof OutOfGas) return "out of gas";
    throw error;
  }
}

function sum(a: number | bigint, b: number | bigint): number | bigint {
  return typeof a === "number" && typeof b === "number" ? a + b : BigInt(a) + BigInt(b);
}
