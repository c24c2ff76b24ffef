import { type AnnouncedSector, announcementOf } from "../../announcement.js";
import { sealedCid } from "../../commitments.js";
import { SECTOR_LIFETIME } from "../../epochs.js";
import type { Draft, Scene } from "../draft.js";
import { SECTORS_3 } from "./prove.js";
import type { ProviderWorld } from "./provider-world.js";

/** Sectors that are announced at once: most of them alone. */
const BATCHES = [1, 1, 1, 2, 3, 4, 8] as const;
const GAS = { message: 40_000_000, sector: 15_000_000 } as const;

/** Announces sectors of some provider, of data that it has promised to keep or of none. */
export function announceSectors(scene: Scene): Draft {
  const { draw, world, networkVersion, epoch } = scene;
  const waiting = world.providers.filter(({ promised }) => promised.length > 0);
  const chosen = draw.pick(waiting.length > 0 && draw.chance(50) ? waiting : world.providers);
  const { provider } = chosen;
  const sectors = Array.from({ length: draw.pick(BATCHES) }, () => newSector(scene, chosen));
  return {
    from: provider.worker,
    to: provider.address,
    ...announcementOf(
      sectors.map(({ sector }) => sector),
      networkVersion,
    ),
    gasLimit: GAS.message + GAS.sector * sectors.length,
    learn: (outcome) => {
      if (outcome.exitCode !== 0) return;
      for (const { sector, data } of sectors) {
        chosen.announced.push({ number: sector.number, epoch: outcome.epoch, data, tried: epoch });
      }
    },
  };
}

function newSector(
  { draw, networkVersion, epoch }: Scene,
  world: ProviderWorld,
): { readonly sector: AnnouncedSector; readonly data: ProviderWorld["promised"][number] | undefined } {
  const data = world.promised.shift();
  const number = world.nextSector++;
  const deals = data?.deal !== undefined && networkVersion < SECTORS_3 ? [data.deal] : [];
  return {
    sector: {
      number,
      seal: world.provider.sectors.seal,
      sealed: sealedCid(draw.bytes()),
      data: data?.piece,
      deals,
      sealedAt: epoch,
      expiration: epoch + SECTOR_LIFETIME,
    },
    data,
  };
}
