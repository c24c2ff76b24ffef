/** A network whose builtin actors do nothing: the smallest on which tipsets can be executed. */
import { assemble } from "../../actors/build.mjs";
import { type Address, secp256k1Address } from "../../src/address/address.js";
import type { Blockstore } from "../../src/blockstore/blocks.js";
import { MemoryBlockstore } from "../../src/blockstore/memory-blockstore.js";
import type { ChainNode } from "../../src/chain/execution/node.js";
import type { Cid } from "../../src/encoding/cid.js";
import type { Message } from "../../src/message/message.js";
import { noAnswers } from "../../src/vm/externs/no-answers.js";
import { Genesis } from "../../src/vm/genesis/genesis.js";
import { rejectProofs } from "../../src/vm/proofs/verifier.js";

const NAMES = ["system", "init", "account", "reward", "cron", "placeholder", "ethaccount", "eam"];
const FIL = 10n ** 18n;

export interface PlainNetwork {
  readonly store: MemoryBlockstore;
  readonly stateRoot: Cid;
  /** The state's other actors, in the order of their codes. */
  readonly ids: readonly number[];
}

/** An f1 address that belongs to a seed. */
export function keyAddress(seed: number): Address {
  return secp256k1Address(new Uint8Array(65).fill(seed));
}

export function idle(): Promise<Uint8Array> {
  return assemble(
    '(module (memory (export "memory") 1) (func (export "invoke") (param i32) (result i32) i32.const 0))',
  );
}

/** @param accounts each gets 100 FIL @param codes of other actors, one each */
export async function plainNetwork(
  accounts: readonly Address[],
  codes: readonly Uint8Array[] = [],
): Promise<PlainNetwork> {
  const wasm = await idle();
  const store = new MemoryBlockstore();
  const builtins = Object.fromEntries(NAMES.map((name) => [name, wasm]));
  const genesis = new Genesis(store, { network: 28, networkName: "plain", builtins });
  for (const address of accounts) genesis.addAccount(address, 100n * FIL);
  const ids = codes.map((code) => genesis.addActor({ code: genesis.addCode(code) }));
  return { store, stateRoot: await genesis.write(), ids };
}

export function plainNode(blockstore: Blockstore, changes: Partial<ChainNode> = {}): ChainNode {
  return {
    chainId: 314,
    genesisTimestamp: 0,
    blockstore,
    externs: noAnswers,
    proofs: rejectProofs,
    networkVersion: () => 28,
    circulatingSupply: () => 0n,
    ...changes,
  };
}

export function plainMessage(fields: Pick<Message, "from" | "to"> & Partial<Message>): Message {
  return {
    version: 0,
    nonce: 0,
    value: 0n,
    gasLimit: 100_000_000,
    gasFeeCap: 0n,
    gasPremium: 0n,
    method: 0,
    params: new Uint8Array(),
    ...fields,
  };
}
