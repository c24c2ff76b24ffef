import type { Waits } from "../../../../util/waits.js";
import { commitmentWithoutSeed } from "../../commit-without-seed.js";
import { SECTOR_LIFETIME } from "../../epochs.js";
import type { Draft, Scene } from "../draft.js";
import { mutableDeadlines, openDeadline } from "./deadlines.js";

const MOST_SECTORS = 6;
const GAS = { message: 500_000_000, sector: 40_000_000 } as const;

/** Some provider commits sectors without announcing them. */
export function* commitSectors({ draw, world, epoch, state }: Scene): Waits<Draft> {
  const chosen = draw.pick(world.providers);
  const { provider } = chosen;
  const numbers = Array.from({ length: 1 + draw.below(MOST_SECTORS) }, () => chosen.nextSector++);
  const deadline = draw.pick(mutableDeadlines(yield* openDeadline(state, chosen, epoch + 1)));
  return {
    from: provider.worker,
    to: provider.address,
    ...commitmentWithoutSeed(draw, {
      miner: provider.id,
      numbers,
      types: provider.sectors,
      sealedAt: epoch,
      expiration: epoch + SECTOR_LIFETIME,
      deadline,
    }),
    gasLimit: GAS.message + GAS.sector * numbers.length,
  };
}
