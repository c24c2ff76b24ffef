import { type Address, idAddress } from "../../address/address.js";
import type { Blockstore } from "../../blockstore/blocks.js";
import { exitCodeText } from "../../builtin/exit-codes.js";
import type { Cid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import type { Receipt } from "../../message/receipt.js";
import type { Externs } from "../../vm/externs/externs.js";
import { Machine } from "../../vm/machine/machine.js";
import { acceptProofs } from "../../vm/proofs/verifier.js";
import type { ActorId } from "../../vm/state-tree/actor-state.js";

/** Settings of a state in the making. */
export interface StateSettings {
  readonly networkVersion: number;
  readonly chainId: number;
}

/** Before the first block there is no chain that randomness could be of. */
const BEFORE_TIME: Externs = {
  getChainRandomness: () => new Uint8Array(32),
  getBeaconRandomness: () => new Uint8Array(32),
  getTipsetCid: () => undefined,
  verifyConsensusFault: () => undefined,
};

/** Gas that nothing of a first state needs. */
const GAS_LIMIT = 2 ** 40;

/** Makes a state of another by implicit messages in epoch 0. Throws as `StateMaker.call` and `Machine`. */
export async function onMachine<T>(
  blockstore: Blockstore,
  stateRoot: Cid,
  { networkVersion, chainId }: StateSettings,
  make: (maker: StateMaker) => Promise<T>,
): Promise<{ readonly stateRoot: Cid; readonly made: T }> {
  const machine = await Machine.create({
    network: networkVersion,
    stateRoot,
    blockstore,
    epoch: 0,
    chainId,
    externs: BEFORE_TIME,
    proofs: acceptProofs,
  });
  try {
    const made = await make(new StateMaker(machine));
    return { stateRoot: await machine.flush(), made };
  } finally {
    machine.close();
  }
}

/** Implicit messages on a state. */
export class StateMaker {
  constructor(private readonly machine: Machine) {}

  /**
   * Returns what the method does.
   *
   * @param from any actor, or its ID
   * @param value attoFIL
   * @throws FvmError INVALID_STATE if it fails
   */
  async call(
    from: Address | number,
    to: Address | number,
    method: number,
    params: Uint8Array,
    value = 0n,
  ): Promise<Uint8Array> {
    const { exitCode, returnData } = await this.attempt(from, to, method, params, value);
    if (exitCode === 0) return returnData;
    const reason = `method ${method} in the first state ends with exit code ${exitCodeText(exitCode)}`;
    throw new FvmError("INVALID_STATE", { reason });
  }

  /** The ID behind an address; undefined: nobody is there. */
  idOf(address: Address): Promise<ActorId | undefined> {
    return this.machine.resolveAddress(address);
  }

  /** As `call`, whatever the exit code. */
  async attempt(
    from: Address | number,
    to: Address | number,
    method: number,
    params: Uint8Array,
    value = 0n,
  ): Promise<Receipt> {
    const message = {
      version: 0,
      from: addressOf(from),
      to: addressOf(to),
      nonce: 0,
      value,
      gasLimit: GAS_LIMIT,
      gasFeeCap: 0n,
      gasPremium: 0n,
      method,
      params,
    };
    return (await this.machine.execute(message, { kind: "implicit" })).receipt;
  }
}

function addressOf(actor: Address | number): Address {
  return typeof actor === "number" ? idAddress(actor) : actor;
}
