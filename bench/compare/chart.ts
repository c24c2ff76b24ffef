import { line, short, svg, text } from "../svg.js";
import type { ComparisonResult } from "./result.js";
import type { GroupSummary } from "./summary.js";
import { rowTitle } from "./table.js";

const LABELS = 260;
const BARS = 480;
const LINE = 26;
const TOP = 56;
const BOTTOM = 44;

/** Bars of how many times as fast, with the spread over the rounds, as SVG. */
export function chart({ groups, machine, rounds, peer }: ComparisonResult): string {
  const title = `Times as fast as the ${peer}`;
  const most = Math.max(2, ...groups.map(({ ratio }) => ratio.max)) * 1.05;
  const x = (ratio: number) => LABELS + (ratio / most) * BARS;
  const height = TOP + groups.length * LINE + BOTTOM;
  const parts = [
    text(12, 22, title, "title"),
    text(
      12,
      40,
      `medians of ${rounds} rounds, whiskers: lowest and highest round; *: with the set-up of machines and the flush`,
      "note",
    ),
    ...groups.flatMap((group, index) => bar(group, TOP + index * LINE, x)),
    line("par", [x(1), TOP - 6], [x(1), height - BOTTOM + 4]),
    text(x(1), height - BOTTOM + 18, "1", "note middle"),
    text(12, height - 10, `${machine.cpu}, Node ${machine.node}, commit ${machine.commit}`, "note"),
  ];
  const width = LABELS + BARS + 60;
  return svg({ width, height, title, style: STYLE, parts });
}

const STYLE = [
  ".faster{fill:#2b7de1}",
  ".slower{fill:#d98a1f}",
  ".par{stroke:#1d2733;stroke-dasharray:3 3}",
  ".spread{stroke:#1d2733;stroke-width:1.5}",
];

function bar({ title, measure, ratio }: GroupSummary, y: number, x: (ratio: number) => number): string[] {
  const middle = y + LINE / 2;
  const kind = ratio.median >= 1 ? "faster" : "slower";
  const width = short(x(ratio.median) - x(0));
  return [
    text(LABELS - 10, middle + 4, rowTitle({ title, measure }), "end"),
    `<rect class="${kind}" x="${x(0)}" y="${y + 4}" width="${width}" height="${LINE - 8}"/>`,
    line("spread", [x(ratio.min), middle], [x(ratio.max), middle]),
    text(x(ratio.max) + 6, middle + 4, ratio.median.toFixed(2), ""),
  ];
}
