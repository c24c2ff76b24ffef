import { idAddress } from "../../../../address/address.js";
import { writeBitField } from "../../../../builtin/values/write-bit-field.js";
import { SingletonId } from "../../../../vm/state-tree/actor-state.js";
import { SNARK_PACK_V2 } from "../../commit-without-seed.js";
import { type Param, params } from "../../params.js";
import { aggregateProof, porep } from "../../proofs.js";
import type { Draft, Scene } from "../draft.js";
import type { Announced, ProviderWorld } from "./provider-world.js";

const METHOD = { sector: 7, aggregate: 26, sectors3: 34 } as const;
/** The first network version with ProveCommitSectors3 (FIP-0076): data and deals are named by it, not before. */
export const SECTORS_3 = 22;
const MOST_SECTORS = 10;
const LEAST_AGGREGATED = 4;
const GAS = { message: 60_000_000, sector: 110_000_000, aggregate: 450_000_000 } as const;

/** Proves sectors that some provider has announced; undefined: there are none to prove. */
export function proveSectors(scene: Scene): Draft | undefined {
  const { draw, world, networkVersion, epoch } = scene;
  const candidates = world.providers.filter((provider) => provable(provider, epoch).length > 0);
  if (candidates.length === 0) return undefined;
  const chosen = draw.pick(candidates);
  const sectors = provable(chosen, epoch).slice(0, MOST_SECTORS);
  for (const sector of sectors) sector.tried = epoch;
  return networkVersion >= SECTORS_3
    ? proofOfMany(scene, chosen, sectors)
    : olderProof(scene, chosen, sectors);
}

function provable({ announced, provider }: ProviderWorld, epoch: number): Announced[] {
  const { challengeDelay } = provider.sectors;
  return announced.filter((sector) => epoch >= sector.epoch + challengeDelay && epoch > sector.tried + 1);
}

function proofOfMany({ draw }: Scene, world: ProviderWorld, sectors: readonly Announced[]): Draft {
  const manifests = sectors.map((sector): Param => [sector.number, piecesOf(world, sector)]);
  const aggregates = sectors.length >= LEAST_AGGREGATED && draw.chance(50);
  const proofs = aggregates ? [] : sectors.map(() => porep(world.provider.sectors.partitions));
  const aggregate = aggregates ? aggregateProof(draw) : new Uint8Array();
  const fields: Param = [manifests, proofs, aggregate, aggregates ? SNARK_PACK_V2 : null, false, false];
  return {
    ...messageOf(world, METHOD.sectors3, fields, sectors),
    gasLimit: GAS.message + GAS.sector * sectors.length + (aggregates ? GAS.aggregate : 0),
  };
}

/** Data of a sector, which fills it, with what is claimed for it and who is told. */
function piecesOf({ provider }: ProviderWorld, { data }: Announced): Param {
  if (data === undefined) return [];
  const { piece, deal, allocation } = data;
  const market = { address: idAddress(SingletonId.Market) };
  return [
    [
      { cid: piece },
      provider.sectors.size,
      allocation === undefined ? null : [allocation.client, allocation.id],
      deal === undefined ? [] : [[market, params(deal)]],
    ],
  ];
}

/** ProveCommitAggregate, or ProveCommitSector for the first one. */
function olderProof({ draw }: Scene, world: ProviderWorld, sectors: readonly Announced[]): Draft {
  if (sectors.length >= LEAST_AGGREGATED) {
    const numbers = writeBitField(sectors.map(({ number }) => number).sort((a, b) => a - b));
    return {
      ...messageOf(world, METHOD.aggregate, [numbers, aggregateProof(draw)], sectors),
      gasLimit: GAS.message + GAS.sector * sectors.length + GAS.aggregate,
    };
  }
  const [first] = sectors.slice(0, 1) as [Announced];
  return {
    ...messageOf(world, METHOD.sector, [first.number, porep(world.provider.sectors.partitions)], [first]),
    gasLimit: GAS.message + GAS.sector,
  };
}

function messageOf(
  world: ProviderWorld,
  method: number,
  fields: Param,
  sectors: readonly Announced[],
): Omit<Draft, "gasLimit"> {
  const { provider, announced } = world;
  return {
    from: provider.worker,
    to: provider.address,
    method,
    params: params(fields),
    learn: ({ exitCode }) => {
      if (exitCode !== 0) return;
      for (const sector of sectors) announced.splice(announced.indexOf(sector), 1);
    },
  };
}
