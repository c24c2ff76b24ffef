import { addressId } from "../../address/address.js";
import type { BlockAccessOptions } from "../../blockstore/access.js";
import type { Cid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { onState } from "../../inspect/state/inspected-state.js";
import { type ConsensusFault, ConsensusFaultType } from "../../vm/externs/externs.js";
import type { Chain } from "../history/chain.js";
import type { ChainTipset } from "../history/chain-tipset.js";
import { lookbackOf } from "../history/lookback.js";
import { FINALITY } from "../networks/finality.js";
import type { ChainNetwork } from "../networks/networks.js";
import { heightOf, networkVersionAt } from "../networks/upgrades.js";
import type { ElectionStates } from "../rules/election-states.js";
import { keyAddressIn } from "../rules/key-address.js";
import { verifyBlock } from "../signatures/verify.js";
import { type BlockHeader, headerCid, readHeader } from "../types/header.js";

/** The view from which a fault is looked for. */
export interface FaultSetting {
  readonly network: ChainNetwork;
  readonly chain: Chain;
  /** The tipset in execution. */
  readonly from: ChainTipset;
  /** Epoch of the machine that asks. */
  readonly epoch: number;
  /** State that the machine starts from. */
  readonly stateRoot: Cid;
  readonly states: ElectionStates;
  readonly options: BlockAccessOptions;
}

/** Headers as they are given, with their CIDs. */
interface Named {
  readonly header: BlockHeader;
  readonly cid: Cid;
}

/**
 * The fault that two headers prove; undefined if they prove none. Whether a block could be in a chain does not matter:
 * only its miner's signature does. Source: Lotus chain/vm/fvm.go, `VerifyConsensusFault`.
 *
 * @param extra the header of a witness, or nothing
 */
export async function consensusFault(
  setting: FaultSetting,
  first: Uint8Array,
  second: Uint8Array,
  extra: Uint8Array,
): Promise<ConsensusFault | undefined> {
  const [a, b] = [decoded(first), decoded(second)];
  if (a === undefined || b === undefined || a.cid === b.cid) return undefined;
  if (isNearFix(setting.network, a) || isNearFix(setting.network, b)) return undefined;
  if (a.header.miner !== b.header.miner || b.header.height < a.header.height) return undefined;
  const type = faultType(a, b, extra);
  const target = addressId(a.header.miner);
  if (type === undefined || target === undefined) return undefined;
  for (const { header } of [a, b]) if (!(await isSignedByWorker(setting, header))) return undefined;
  return { target, epoch: b.header.height, type };
}

/** The kind of fault, whoever has signed. Of several the last one counts. */
function faultType(a: Named, b: Named, extra: Uint8Array): ConsensusFaultType | undefined {
  let type: ConsensusFaultType | undefined;
  const isSameHeight = a.header.height === b.header.height;
  if (isSameHeight) type = ConsensusFaultType.DoubleForkMining;
  else if (haveSameParents(a, b)) type = ConsensusFaultType.TimeOffsetMining;
  if (extra.length === 0) return type;
  const witness = decoded(extra);
  if (witness === undefined) return undefined;
  const isSibling = haveSameParents(a, witness) && a.header.height === witness.header.height;
  const { parents } = b.header;
  const leftOut = parents.includes(witness.cid) && !parents.includes(a.cid);
  return isSibling && leftOut ? ConsensusFaultType.ParentGrinding : type;
}

/** In any order, and one may repeat what the other has. Source: Lotus chain/types/blockheader.go, `CidArrsEqual`. */
function haveSameParents(a: Named, b: Named): boolean {
  const parents = new Set(a.header.parents);
  return (
    a.header.parents.length === b.header.parents.length && b.header.parents.every((cid) => parents.has(cid))
  );
}

/** Calibnet once had to upgrade away from a halt, and blocks of that time are no faults. */
function isNearFix(network: ChainNetwork, { header }: Named): boolean {
  const fix = heightOf(network, "WatermelonFix") ?? -1;
  const height = Number(header.height);
  return fix >= 0 && height > fix - FINALITY && height < fix + FINALITY;
}

async function isSignedByWorker(setting: FaultSetting, header: BlockHeader): Promise<boolean> {
  const { network, chain, from, epoch, stateRoot, states, options } = setting;
  const height = Number(header.height);
  if (height < epoch - FINALITY) return false;
  const lookback = await lookbackOf(chain, network, from, height, {});
  const standing = lookback && (await states.standing(lookback.state, header.miner, undefined));
  if (standing === undefined) return false;
  const base = { root: stateRoot, network: networkVersionAt(network, epoch) };
  const worker = await onState(
    chain.blockstore,
    base,
    (state) => keyAddressIn(state, standing.workerAddress),
    options,
  );
  return worker !== undefined && verifyBlock(header, worker);
}

/** Undefined if it is no header. What follows it does not count. */
function decoded(data: Uint8Array): Named | undefined {
  try {
    const header = readHeader(data);
    return { header, cid: headerCid(header) };
  } catch (error) {
    if (error instanceof FvmError) return undefined;
    throw error;
  }
}
