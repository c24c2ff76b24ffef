import { writeBitField } from "../../../../builtin/values/write-bit-field.js";
import type { Waits } from "../../../../util/waits.js";
import { type Param, params } from "../../params.js";
import type { Draft, Scene } from "../draft.js";
import { mutableDeadlines, openDeadline, type PartitionSectors, readPartitions } from "./deadlines.js";
import type { ProviderWorld } from "./provider-world.js";

const METHOD = { faults: 10, recovered: 11 } as const;
const GAS = 100_000_000;

/**
 * Declares faulty sectors recovered, of a provider that has some; else a sector faulty, which is recovered later.
 * Undefined: the one that was drawn has neither.
 */
export function* declareFaults(scene: Scene): Waits<Draft | undefined> {
  const { draw, world, state } = scene;
  const faulty = world.providers.filter((provider) => provider.faulty.size > 0);
  const chosen = draw.pick(faulty.length > 0 ? faulty : world.providers);
  const possible = mutableDeadlines(yield* openDeadline(state, chosen, scene.epoch + 1));
  const known = possible.filter((index) => chosen.faulty.has(index));
  const deadline = draw.pick(known.length > 0 ? known : possible);
  const partitions = yield* readPartitions(state, chosen.provider.id, deadline);
  const toRecover = partitions.filter((partition) => partition.faulty.length > 0);
  if (toRecover.length > 0) return recovery(chosen, deadline, toRecover);
  chosen.faulty.delete(deadline);
  const toLose = partitions.filter(({ live }) => live.length > 1);
  return toLose.length === 0 ? undefined : loss(scene, chosen, deadline, draw.pick(toLose));
}

function recovery(world: ProviderWorld, deadline: number, partitions: readonly PartitionSectors[]): Draft {
  const recovered = partitions.map(({ index, faulty }): Param => [deadline, index, writeBitField(faulty)]);
  return declaration(world, METHOD.recovered, recovered, () => world.faulty.delete(deadline));
}

function loss(
  { draw }: Scene,
  world: ProviderWorld,
  deadline: number,
  { index, live }: PartitionSectors,
): Draft {
  const lost: Param = [deadline, index, writeBitField([draw.pick(live)])];
  return declaration(world, METHOD.faults, [lost], () => world.faulty.add(deadline));
}

function declaration({ provider }: ProviderWorld, method: number, what: Param, done: () => void): Draft {
  return {
    from: provider.worker,
    to: provider.address,
    method,
    params: params([what]),
    gasLimit: GAS,
    learn: ({ exitCode }) => {
      if (exitCode === 0) done();
    },
  };
}
