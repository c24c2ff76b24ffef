import { type Address, idAddress, secp256k1Address } from "#src/address/address.js";
import { MemoryBlockstore } from "#src/blockstore/memory-blockstore.js";
import type { Message } from "#src/message/message.js";
import type { ApplyResult } from "#src/vm/executor/apply-result.js";
import { Genesis, type GenesisOptions } from "#src/vm/genesis/genesis.js";
import { Machine } from "#src/vm/machine/machine.js";
import { expectSame } from "./measure.js";

export const NETWORK = 28;
const FIL = 10n ** 18n;
const BUILTINS = ["system", "init", "cron", "account", "reward", "placeholder", "eam", "ethaccount"];
/** No code of theirs runs here. */
const EMPTY_MODULE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

const [alice, bob] = [keyAddress(1), keyAddress(2)];

function keyAddress(seed: number): Address {
  return secp256k1Address(new Uint8Array(65).fill(seed));
}

export const genesisOptions: GenesisOptions = {
  network: NETWORK,
  networkName: "bench",
  builtins: Object.fromEntries(BUILTINS.map((name) => [name, EMPTY_MODULE])),
};

/** An actor of ours. */
export interface Guest {
  readonly wasm: Uint8Array;
  /** A DAG-CBOR block. Default: the empty array. */
  readonly state?: Uint8Array;
}

/** A machine over a network with two accounts and these guests, whose IDs are given too. */
export async function networkWith(
  guests: readonly Guest[],
): Promise<{ machine: Machine; ids: readonly number[] }> {
  const blockstore = new MemoryBlockstore();
  const genesis = new Genesis(blockstore, genesisOptions);
  genesis.addAccount(alice, 1000n * FIL);
  genesis.addAccount(bob, 0n);
  const ids = guests.map(({ wasm, ...rest }) =>
    genesis.addActor({ code: genesis.addCode(wasm), balance: 1n, ...rest }),
  );
  const stateRoot = await genesis.write();
  const machine = await Machine.create({
    network: NETWORK,
    stateRoot,
    blockstore,
    epoch: 1,
    baseFee: 100n,
    codeCache: false,
  });
  return { machine, ids };
}

/** First ID that a guest gets. */
export const FIRST_GUEST = 102;

export const MESSAGE: Message = {
  version: 0,
  from: alice,
  to: bob,
  nonce: 0,
  value: 0n,
  gasLimit: 10_000_000_000,
  gasFeeCap: 200n,
  gasPremium: 0n,
  method: 0,
  params: new Uint8Array(),
};

/** More than a block has: some messages here do what no chain could pay. */
const IMPLICIT_GAS = 10 ** 12;

/**
 * Invokes an actor. Throws unless it exits with 0 and uses as much gas as before.
 *
 * @param check throws if anything else of the result is wrong
 */
export function invoker(
  machine: Machine,
  id: number,
  { method = 2, check }: { readonly method?: number; check?(result: ApplyResult): void } = {},
): () => void {
  const message = { ...MESSAGE, to: idAddress(id), method, gasLimit: IMPLICIT_GAS };
  const invoke = () => {
    const result = machine.executeSync(message, { kind: "implicit" });
    expectSame("exit code", result.receipt.exitCode, 0);
    check?.(result);
    return result.receipt.gasUsed;
  };
  const gasUsed = invoke();
  return () => expectSame("gas", invoke(), gasUsed);
}

/** Transfers one attoFIL at each call. Throws unless all goes well. */
export function transfer(machine: Machine): () => void {
  let nonce = 0;
  return () => {
    const message = { ...MESSAGE, nonce: nonce++, value: 1n, gasLimit: 2_000_000 };
    expectSame("exit code", machine.executeSync(message).receipt.exitCode, 0);
  };
}
