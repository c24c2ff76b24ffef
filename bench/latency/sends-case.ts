import { idAddress } from "#src/address/address.js";
import type { BlockMessage, Tipset } from "#src/chain/execution/tipset.js";
import { noAnswers } from "#src/vm/externs/no-answers.js";
import { rejectProofs } from "#src/vm/proofs/verifier.js";
import { accountAddress } from "../growth/add-accounts.js";
import { bigState } from "../growth/big-state.js";
import { idleGuest } from "../micro/guest-code.js";
import { MESSAGE, NETWORK } from "../micro/network.js";
import type { LatencyCase } from "./cases.js";
import { stepsCase, stepsOf } from "./steps.js";

/** Sends between accounts all over a large state. */
export async function sendsCase(name: string, accounts: number, sends: number): Promise<LatencyCase> {
  const { blockstore, stateRoot } = await bigState(accounts, await idleGuest());
  const step = Math.floor(accounts / (2 * sends));
  const messages: BlockMessage[] = Array.from({ length: sends }, (_, i) => ({
    message: {
      ...MESSAGE,
      from: accountAddress(2 * i * step),
      to: accountAddress((2 * i + 1) * step),
      value: 1n,
      gasLimit: 10_000_000,
    },
    rawLength: 150,
  }));
  const node = {
    chainId: 314,
    genesisTimestamp: 0,
    blockstore,
    externs: noAnswers,
    proofs: rejectProofs,
    networkVersion: () => NETWORK,
    circulatingSupply: () => 0n,
  };
  const tipset: Tipset = {
    epoch: 10,
    parentEpoch: 9,
    timestamp: 300,
    baseFee: 100n,
    blocks: [{ miner: idAddress(1_000), winCount: 1, messages }],
  };
  return stepsCase(name, blockstore, node, await stepsOf(name, node, stateRoot, [tipset]));
}
