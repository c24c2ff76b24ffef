import { line, type Point, short, svg, text } from "../svg.js";
import { duration } from "../text-table.js";
import { type Curve, type Section, shownValue } from "./curve.js";

const LEFT = 80;
const PLOT = { width: 460, height: 200 };
const LEGEND = 250;
const TOP = 52;
const PANEL = TOP + PLOT.height + 56;
const COLORS = ["#2b7de1", "#d98a1f", "#3a9a5c", "#a44fc4"];

/** A panel per section, one above the other. Sizes are on a logarithmic axis. @param note below all */
export function growthChart(sections: readonly Section[], note: string): string {
  const width = LEFT + PLOT.width + LEGEND;
  const height = sections.length * PANEL + 24;
  const parts = sections.flatMap((section, index) => panel(section, index * PANEL));
  return svg({
    width,
    height,
    title: "Time as a size grows",
    style: [
      ".axis{stroke:#1d2733}",
      ".grid{stroke:#d8dee5}",
      ...COLORS.map((color, index) => `.c${index}{stroke:${color};fill:${color}}`),
      "polyline{fill:none!important;stroke-width:2}",
    ],
    parts: [...parts, text(12, height - 10, note, "note")],
  });
}

/** Where values are in a panel. */
interface Axes {
  x(size: number): number;
  y(value: number): number;
}

function panel(section: Section, top: number): string[] {
  const values = section.curves.flatMap((curve) => curve.points.map((point) => shownValue(curve, point)));
  const sizes = section.curves.flatMap(({ points }) => points.map(({ size }) => size));
  const ticks = section.scale === "linear" ? linearTicks(values) : decades(values);
  const axes = axesOf(sizes, ticks, section.scale, top + TOP);
  const [left, right] = [LEFT, LEFT + PLOT.width];
  const bottom = top + TOP + PLOT.height;
  return [
    text(12, top + 22, section.title, "title"),
    text(12, top + 40, `time per ${section.per}`, "note"),
    ...ticks.flatMap((tick) => [
      line("grid", [left, axes.y(tick)], [right, axes.y(tick)]),
      text(left - 8, axes.y(tick) + 4, duration(tick), "note end"),
    ]),
    ...[...new Set(sizes)].flatMap((size) => [
      line("axis", [axes.x(size), bottom], [axes.x(size), bottom + 4]),
      text(axes.x(size), bottom + 18, size.toLocaleString("en"), "note middle"),
    ]),
    line("axis", [left, bottom], [right, bottom]),
    text((left + right) / 2, bottom + 34, section.sizes, "note middle"),
    ...section.curves.flatMap((curve, index) => drawn(curve, index, axes, top + TOP)),
  ];
}

function drawn(curve: Curve, index: number, axes: Axes, top: number): string[] {
  const style = `c${index % COLORS.length}`;
  const at = curve.points.map((point): Point => [axes.x(point.size), axes.y(shownValue(curve, point))]);
  const corners = at.map(([x, y]) => `${short(x)},${short(y)}`).join(" ");
  const legend: Point = [LEFT + PLOT.width + 16, top + 10 + index * 20];
  return [
    `<polyline class="${style}" points="${corners}"/>`,
    ...at.map(([x, y]) => `<circle class="${style}" cx="${short(x)}" cy="${short(y)}" r="3"/>`),
    line(style, legend, [legend[0] + 16, legend[1]]),
    text(legend[0] + 22, legend[1] + 4, curve.name, ""),
  ];
}

function axesOf(
  sizes: readonly number[],
  ticks: readonly number[],
  scale: Section["scale"],
  top: number,
): Axes {
  const scaled = scale === "linear" ? (value: number) => value : Math.log10;
  const part = (value: number, least: number, most: number) =>
    most === least ? 0.5 : (value - least) / (most - least);
  const logSizes = sizes.map(Math.log10);
  const [first, last] = [Math.min(...logSizes), Math.max(...logSizes)];
  const [low, high] = [Math.min(...ticks.map(scaled)), Math.max(...ticks.map(scaled))];
  return {
    x: (size) => LEFT + PLOT.width * part(Math.log10(size), first, last),
    y: (value) => top + PLOT.height * (1 - part(scaled(value), low, high)),
  };
}

/** From zero, in four or five round steps. */
export function linearTicks(values: readonly number[]): number[] {
  const most = Math.max(...values);
  const decade = 10 ** Math.floor(Math.log10(most / 4));
  const step = decade * ([1, 2, 5, 10].find((factor) => factor * decade >= most / 5) ?? 10);
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, index) => index * step);
}

/** Powers of ten around the values. */
export function decades(values: readonly number[]): number[] {
  const first = Math.floor(Math.log10(Math.min(...values)));
  const last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(...values))));
  return Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index));
}
