import { idAddress } from "../../../../address/address.js";
import type { Cid } from "../../../../encoding/cid.js";
import { CborReader, CborWriter } from "../../../../ipld/cbor.js";
import { SingletonId } from "../../../../vm/state-tree/actor-state.js";
import type { SigningKey } from "../../../signatures/keys.js";
import { signatureCodec } from "../../../types/signature.js";
import { pieceCid } from "../../commitments.js";
import { EPOCHS_IN_DAY } from "../../epochs.js";
import { params } from "../../params.js";
import type { Draft, Scene } from "../draft.js";
import { addBalance } from "./add-balance.js";
import type { ProviderWorld } from "./provider-world.js";

const PUBLISH_STORAGE_DEALS = 4;
const GAS = { message: 60_000_000, deal: 60_000_000 } as const;
const MOST_DEALS = 4;
const FIL = 10n ** 18n;
/** attoFIL of the provider. */
const COLLATERAL = FIL;
/** Epochs until a deal's start, and from its start to its end. */
const UNTIL_START = 2 * EPOCHS_IN_DAY;
const DURATION = 200 * EPOCHS_IN_DAY;

/** A provider publishes deals with clients that have a balance for them; without clients, somebody becomes one. */
export function publishDeals(scene: Scene): Draft {
  const { draw, world } = scene;
  if (world.clients.size === 0) return addBalance(scene);
  const chosen = draw.pick(world.providers);
  const { provider } = chosen;
  const deals = Array.from({ length: 1 + draw.below(MOST_DEALS) }, () => newDeal(scene, chosen));
  const writer = new CborWriter().array(1).array(deals.length);
  for (const { proposal, client } of deals) {
    signatureCodec.encode(client.sign(proposal), writer.array(2).raw(proposal));
  }
  return {
    from: provider.worker,
    to: idAddress(SingletonId.Market),
    method: PUBLISH_STORAGE_DEALS,
    params: writer.finish(),
    gasLimit: GAS.message + GAS.deal * deals.length,
    learn: ({ exitCode, returnData }) => {
      if (exitCode !== 0) return;
      const ids = idsIn(returnData);
      // Some may be left out, and nobody says here which: these deals are never stored.
      if (ids.length !== deals.length) return;
      for (const [i, { piece }] of deals.entries()) {
        chosen.promised.push({ piece, deal: ids[i] as number });
      }
    },
  };
}

function newDeal(
  { draw, world, epoch }: Scene,
  { provider }: ProviderWorld,
): { readonly proposal: Uint8Array; readonly client: SigningKey; readonly piece: Cid } {
  const client = draw.pick([...world.clients]);
  const piece = pieceCid(draw.bytes());
  const start = epoch + UNTIL_START + draw.below(EPOCHS_IN_DAY);
  const proposal = params([
    { cid: piece },
    provider.sectors.size,
    false,
    { address: client.address },
    { address: provider.address },
    { text: "" },
    start,
    start + DURATION,
    0n,
    COLLATERAL,
    0n,
  ]);
  return { proposal, client, piece };
}

function idsIn(returnData: Uint8Array): number[] {
  const reader = new CborReader(returnData);
  reader.array();
  return Array.from({ length: reader.array() }, () => Number(reader.u64()));
}
