import { writeBitField } from "../../../../builtin/values/write-bit-field.js";
import { native } from "../../../../native/index.js";
import { concatBytes } from "../../../../util/bytes.js";
import type { Waits } from "../../../../util/waits.js";
import { type Param, params } from "../../params.js";
import { windowPost } from "../../proofs.js";
import type { Draft, Scene } from "../draft.js";
import { type OpenDeadline, openDeadline, type PartitionSectors, readPartitions } from "./deadlines.js";
import type { ProviderWorld } from "./provider-world.js";

const SUBMIT_WINDOWED_POST = 5;
const GAS = { message: 80_000_000, sector: 4_000_000, recovery: 120_000_000 } as const;
/** Epochs after a deadline's opening in which its proof is sent: they leave time to try again. */
const SPREAD = 40;
/** Proofs of 100 that leave a sector out, which is faulty then. */
const LEFT_OUT = 4;
/** Proofs of 100 that are never sent. */
const FORGOTTEN = 1;
/** Partitions that a proof may be of. */
const MOST_PARTITIONS = 3;
/** Purpose of randomness. Source: builtin-actors runtime/src/runtime/randomness.rs. */
const POST_CHAIN_COMMIT = 9;
const HASH_BYTES = 32;

/** Proofs of spacetime that providers have to send now. */
export function* duePosts(scene: Scene): Waits<Draft[]> {
  const posts: Draft[] = [];
  for (const world of scene.world.providers) {
    const deadline = yield* openDeadline(scene.state, world, scene.epoch + 1);
    if (!isTime(scene, world, deadline)) continue;
    const partitions = yield* readPartitions(scene.state, world.provider.id, deadline.index);
    const due = partitions.filter(
      ({ live, recovering, isPosted }) => !isPosted && live.length + recovering.length > 0,
    );
    if (due.length === 0) world.provenAt = deadline.open;
    else posts.push(post(scene, world, deadline, due.slice(0, MOST_PARTITIONS)));
  }
  return posts;
}

/** Each provider has a time of its own within a window. */
function isTime({ epoch }: Scene, world: ProviderWorld, { open }: OpenDeadline): boolean {
  if (world.provenAt >= open || epoch < open) return false;
  const own = world.provider.draw.of(`window ${open}`);
  return !own.chance(FORGOTTEN) && epoch >= open + own.below(SPREAD);
}

function post(
  { draw, epoch, ticket }: Scene,
  world: ProviderWorld,
  { index, open }: OpenDeadline,
  partitions: readonly PartitionSectors[],
): Draft {
  const { provider } = world;
  const leftOut = partitions.map(({ live }) =>
    live.length > 1 && draw.chance(LEFT_OUT) ? [draw.pick(live)] : [],
  );
  const fields = partitions.map(
    (partition, i): Param => [partition.index, writeBitField(leftOut[i] as number[])],
  );
  const proofs = [[provider.sectors.windowPoSt, windowPost()]];
  const isFaulty = partitions.some(({ faulty }, i) => faulty.length + (leftOut[i] as number[]).length > 0);
  return {
    from: provider.worker,
    to: provider.address,
    method: SUBMIT_WINDOWED_POST,
    params: params([index, fields, proofs, epoch, randomness(ticket, epoch)]),
    gasLimit: gasOf(partitions),
    learn: ({ exitCode }) => {
      if (exitCode !== 0) return;
      world.provenAt = open;
      if (isFaulty) world.faulty.add(index);
      else world.faulty.delete(index);
    },
  };
}

/** Proofs of recovered sectors are verified at once, others if somebody disputes them. */
function gasOf(partitions: readonly PartitionSectors[]): number {
  return partitions.reduce<number>(
    (gas, { live, recovering }) =>
      gas + GAS.sector * (live.length + recovering.length) + (recovering.length > 0 ? GAS.recovery : 0),
    GAS.message,
  );
}

/** Randomness of the chain that shows when a proof was made. Source: Lotus chain/rand/rand.go. */
function randomness(ticket: Uint8Array, epoch: number): Uint8Array {
  const [purpose, at] = [Buffer.alloc(8), Buffer.alloc(8)];
  purpose.writeBigInt64BE(BigInt(POST_CHAIN_COMMIT));
  at.writeBigInt64BE(BigInt(epoch));
  return native.blake2b(concatBytes(purpose, native.blake2b(ticket, HASH_BYTES), at), HASH_BYTES);
}
