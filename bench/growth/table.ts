import { digits, duration, type Row, table } from "../text-table.js";
import { type Curve, type Section, shownValue } from "./curve.js";
import { type Excess, fitCurve } from "./fit.js";

/** A section for people: the values, and what each curve says. */
export function sectionText(section: Section): string {
  const { title, sizes, per, curves } = section;
  const all = [...new Set(curves.flatMap(({ points }) => points.map(({ size }) => size)))].sort(
    (a, b) => a - b,
  );
  const header = [sizes, ...all.map((size) => size.toLocaleString("en"))];
  const rows = curves.map((curve) => [curve.name, ...all.map((size) => cell(curve, size))]);
  const work = curves.filter(({ law }) => law === "work").map((curve) => workRow(curve, all));
  return [`${title}: time per ${per}`, ...table([header, ...rows, ...work]), ...curves.map(verdict)].join(
    "\n",
  );
}

function workRow({ name, points }: Curve, sizes: readonly number[]): Row {
  const works = sizes.map((size) => points.find((point) => point.size === size)?.work ?? 0);
  return [`  bytes of ${name}`, ...works.map((work) => work.toFixed(0))];
}

function cell(curve: Curve, size: number): string {
  const point = curve.points.find((candidate) => candidate.size === size);
  return point === undefined ? "" : duration(shownValue(curve, point));
}

const formulas = {
  flat: "",
  logarithmic: " × log10(size)",
  linear: " × size",
  work: " × bytes",
} as const;
const names = { flat: "flat", logarithmic: "logarithm", linear: "size", work: "bytes" } as const;

/** Such as `plain send: 20.1 µs + 3.2 µs × log10(size), within 4%`. */
export function verdict(curve: Curve): string {
  const { name, law, points } = curve;
  const { base, slope, deviation, ratio, lawRatio, excess, isWorse } = fitCurve(curve);
  const formula = law === "flat" ? duration(base) : `${signed(base)} + ${signed(slope)}${formulas[law]}`;
  const last = points.at(-1)?.size ?? 0;
  const growth = `×${digits(ratio)} up to ${last.toLocaleString("en")} (${names[law]} ×${digits(lawRatio)})`;
  const says = isWorse
    ? `WORSE: ×${digits(excess.factor)} beyond that from ${sizeRange(excess)}`
    : `no more than it must`;
  return `  ${name}: ${growth}; ${formula}, within ${(100 * deviation).toFixed(0)}%; ${says}`;
}

function sizeRange({ from, to }: Excess): string {
  return `${from.toLocaleString("en")} to ${to.toLocaleString("en")}`;
}

function signed(nanoseconds: number): string {
  return nanoseconds < 0 ? `-${duration(-nanoseconds)}` : duration(nanoseconds);
}
