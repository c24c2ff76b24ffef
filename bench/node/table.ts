import { type Row, table } from "../text-table.js";
import type { Contender, Figure } from "./measure.js";

const NOTHING = "–";

/** A row for each thing that was measured, with how our node compares with each other one. */
export function figuresText(figures: readonly Figure[], contenders: readonly Contender[]): string {
  const [ours, ...others] = contenders.map(({ name }) => name);
  const names = [...new Set(figures.map(({ name }) => name))];
  const find = (name: string, node: string | undefined) =>
    figures.find((figure) => figure.name === name && figure.node === node);
  const rows = names.map((name): Row => {
    const own = find(name, ours);
    const compared = others.flatMap((other) => {
      const theirs = find(name, other);
      return [valueText(theirs), ratioText(own, theirs)];
    });
    return [name, valueText(own), ...compared];
  });
  const head: Row = ["", ours as string, ...others.flatMap((other) => [other, "ours / theirs"])];
  const lines = table([head, ...rows]);
  if (rows.every((row) => !row.includes(NOTHING))) return lines.join("\n");
  const reason = "this is not asked of it, or it is not installed (node scripts/install-clients.mjs)";
  return [...lines, "", `${NOTHING}: ${reason}`].join("\n");
}

function valueText(figure: Figure | undefined): string {
  if (figure === undefined) return NOTHING;
  const { value, unit } = figure;
  const text = value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
  return unit === "/s" ? `${text}/s` : `${text} ${unit}`;
}

/** Ratio of ours to theirs: times and memory as much, speeds as fast. */
function ratioText(own: Figure | undefined, theirs: Figure | undefined): string {
  return own === undefined || theirs === undefined ? NOTHING : `${(own.value / theirs.value).toFixed(2)}×`;
}
