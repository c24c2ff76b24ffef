import { type Row, table } from "../text-table.js";
import type { Contender, Figure } from "./measure.js";

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
  const absent = others.filter((other) => !figures.some(({ node }) => node === other));
  return [
    ...table([head, ...rows]),
    ...absent.map((name) => `\n${name} is not installed: node scripts/install-clients.mjs`),
  ].join("\n");
}

function valueText(figure: Figure | undefined): string {
  if (figure === undefined) return "–";
  const { value, unit } = figure;
  const text = value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
  return unit === "/s" ? `${text}/s` : `${text} ${unit}`;
}

/** Of times and memory how many times as much, of speeds how many times as fast. */
function ratioText(own: Figure | undefined, theirs: Figure | undefined): string {
  return own === undefined || theirs === undefined ? "–" : `${(own.value / theirs.value).toFixed(2)}×`;
}
