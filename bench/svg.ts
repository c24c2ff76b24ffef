/** Parts that the pictures share. */

const STYLE = [
  "text{font:13px system-ui,sans-serif;fill:#1d2733}",
  ".title{font-size:16px;font-weight:600}",
  ".note{font-size:11px;fill:#5b6875}",
  ".middle{text-anchor:middle}",
  ".end{text-anchor:end}",
  ".ground{fill:#fff}",
].join("");

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  /** CSS of its own. */
  readonly style: readonly string[];
  /** Elements. */
  readonly parts: readonly string[];
}

export function svg({ width, height, title, style, parts }: Picture): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}${style.join("")}</style>`,
    `<rect class="ground" width="${width}" height="${height}"/>`,
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

/** @param style classes */
export function text(x: number, y: number, content: string, style: string): string {
  return `<text x="${short(x)}" y="${short(y)}" class="${style}">${escaped(content)}</text>`;
}

export function line(style: string, [x1, y1]: Point, [x2, y2]: Point): string {
  return `<line class="${style}" x1="${short(x1)}" x2="${short(x2)}" y1="${short(y1)}" y2="${short(y2)}"/>`;
}

export type Point = readonly [x: number, y: number];

/** A coordinate without digits that nobody sees. */
export function short(coordinate: number): string {
  return `${Number(coordinate.toFixed(1))}`;
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
