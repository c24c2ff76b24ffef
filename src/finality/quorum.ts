import type { Range } from "../builtin/values/value.js";
import type { PowerTable } from "./power-table.js";

/** Power of all participants together, after scaling, is at most this. */
const SCALE = 0xffffn;

/** Powers as votes count them. */
export interface ScaledPower {
  /** Power of each participant, in the table's order. */
  readonly powers: readonly number[];
  readonly total: number;
}

/** Power scaled to 16 bits; a text says why a table has none. Source: go-f3 gpbft/powertable.go, `Scaled`. */
export function scaledPower(table: PowerTable): ScaledPower | string {
  const weak = table.find(({ power }) => power <= 0n);
  if (weak !== undefined) return `participant ${weak.participant} has no power`;
  const sum = table.reduce((sum, { power }) => sum + power, 0n);
  const powers = table.map(({ power }) => Number((SCALE * power) / sum));
  return { powers, total: powers.reduce((sum, power) => sum + power, 0) };
}

/** Who has signed, by place in the table; a text says why not all of them may. */
export function signersOf(signers: readonly Range[], { powers }: ScaledPower): number[] | string {
  const places: number[] = [];
  for (const [first, last] of signers) {
    if (last >= powers.length) return `signer ${last} of ${powers.length} participants`;
    for (let place = Number(first); place <= last; place++) places.push(place);
  }
  const weak = places.find((place) => powers[place] === 0);
  return weak === undefined ? places : `signer ${weak} has no power after scaling`;
}

/** Why signers are too few, if they are. Source: go-f3 gpbft, `IsStrongQuorum`. */
export function quorumFault(signers: readonly number[], { powers, total }: ScaledPower): string | undefined {
  const signed = signers.reduce((sum, place) => sum + (powers[place] as number), 0);
  const needed = Math.ceil((2 * total) / 3);
  return signed >= needed ? undefined : `power ${signed} has signed, and ${needed} of ${total} are needed`;
}
