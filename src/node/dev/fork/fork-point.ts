import * as v from "valibot";
import { NETWORK_PREMIUM_VERSION } from "../../../chain/devnet/network-file.js";
import { type NetworkSource, networkWithGenesis } from "../../../chain/store/network-source.js";
import { parseCid } from "../../../encoding/cid.js";
import { FvmError } from "../../../errors.js";
import type { ForkPoint } from "../chain-base.js";
import type { RemoteNode } from "./remote-node.js";

/** A fork point as JSON. CIDs are texts. */
export interface ForkPointJson {
  readonly network: NetworkSource;
  readonly key: readonly string[];
  readonly stateRoot: string;
  readonly receiptsRoot: string;
}

const cid = v.object({ "/": v.string() });

/** A tipset as Lotus tells it, as far as it counts here. */
const tipsetShape = v.object({
  Cids: v.array(cid),
  Height: v.number(),
  Blocks: v.array(
    v.object({
      Parents: v.array(cid),
      ParentStateRoot: cid,
      ParentMessageReceipts: cid,
      Timestamp: v.number(),
    }),
  ),
});
type TipsetJson = v.InferOutput<typeof tipsetShape>;

/**
 * Asks a node for the tipset at or below an epoch, or for the last one whose results it knows.
 *
 * @throws FvmError DOWNLOAD_FAILED, INVALID_OPTION if there is no tipset above it
 */
export async function askForkPoint(remote: RemoteNode, epoch: number | undefined): Promise<ForkPointJson> {
  const child = await childAfter(remote, epoch);
  const [block] = child.Blocks;
  if (block === undefined) throw noChild(epoch);
  return {
    network: await askNetwork(remote, child),
    key: block.Parents.map((cid) => cid["/"]),
    stateRoot: block.ParentStateRoot["/"],
    receiptsRoot: block.ParentMessageReceipts["/"],
  };
}

export function readForkPoint({ network, key, stateRoot, receiptsRoot }: ForkPointJson): ForkPoint {
  return {
    network,
    key: key.map(parseCid),
    outcome: { stateRoot: parseCid(stateRoot), receiptsRoot: parseCid(receiptsRoot) },
  };
}

/** Key of the main chain's tipset of an epoch; undefined after a null round. Throws `FvmError` DOWNLOAD_FAILED. */
export async function askKey(remote: RemoteNode, epoch: number): Promise<readonly string[] | undefined> {
  const tipset = await remote.call("Filecoin.ChainGetTipSetByHeight", [epoch, null], tipsetShape);
  return tipset.Height === epoch ? tipset.Cids.map((cid) => cid["/"]) : undefined;
}

async function childAfter(remote: RemoteNode, epoch: number | undefined): Promise<TipsetJson> {
  if (epoch === undefined) return remote.call("Filecoin.ChainHead", [], tipsetShape);
  const child = await remote.call("Filecoin.ChainGetTipSetAfterHeight", [epoch + 1, null], tipsetShape);
  if (child.Height <= epoch) throw noChild(epoch);
  return child;
}

/** A network that anybody can join, or what the node says of its own. */
async function askNetwork(remote: RemoteNode, { Height }: TipsetJson): Promise<NetworkSource> {
  const genesis = await remote.call("Filecoin.ChainGetGenesis", [], tipsetShape);
  const [cid, block] = [genesis.Cids[0]?.["/"], genesis.Blocks[0]];
  if (cid === undefined || block === undefined)
    throw new FvmError("DOWNLOAD_FAILED", { url: remote.url, reason: "its genesis has no block" });
  const known = networkWithGenesis(parseCid(cid));
  if (known !== undefined) return known;
  const [networkName, version, chainId, { BlockDelay }] = await Promise.all([
    remote.call("Filecoin.StateNetworkName", [], v.string()),
    remote.call("Filecoin.StateNetworkVersion", [null], v.number()),
    remote.call("eth_chainId", [], v.string()),
    remote.call("Filecoin.Version", [], v.object({ BlockDelay: v.number() })),
  ]);
  return {
    networkName,
    chainId: Number(chainId),
    blockDelaySecs: BlockDelay,
    genesis: { cids: [cid], timestamp: block.Timestamp },
    networkVersion: version,
    upgrades: [{ height: -1, networkVersion: version }],
    premiumBaseFeeFrom: version >= NETWORK_PREMIUM_VERSION ? -1 : Height + FAR,
    bundle: "mainnet",
  };
}

/** Epochs that no test lives to see. */
const FAR = 1_000_000_000;

function noChild(epoch: number | undefined): FvmError {
  const reason = `the node has no tipset above epoch ${epoch}, which would say what it has led to`;
  return new FvmError("INVALID_OPTION", { option: "fork", reason });
}
