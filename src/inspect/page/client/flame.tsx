import type { ComponentChildren } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { CATEGORY_TITLES } from "../../profile/categories.js";
import type { PageMessage } from "../data.js";
import { counted, gasText, shareText } from "./amounts.js";
import { categorySums, type Frame, framesOf, type Placed, placed, type Range, seenIn } from "./frames.js";

/** Pixels. */
const ROW = 22;
const CHARACTER = 6.7;
const LEAST_LABEL = 24;
const CATEGORIES: readonly string[] = Object.values(CATEGORY_TITLES);
const STRIDE = 5;
/** Calls from which on like ones are put together at first. */
const MANY = 500;

interface Props {
  readonly message: PageMessage;
  readonly query: string;
  readonly onCall: (call: number) => void;
}

/** The gas of a message, each call as wide as what it used. */
export function Flame({ message, query, onCall }: Props) {
  const [isMerged, setMerged] = useState(message.calls.length > MANY);
  const tree = useMemo(() => {
    const root = framesOf(message, isMerged);
    return root && placed(root);
  }, [message, isMerged]);
  if (tree === undefined || !((tree.value ?? 0) > 0)) return <p class="empty">The message used no gas.</p>;
  return (
    <div class="flame">
      <Graph
        key={`${isMerged}`}
        tree={tree}
        query={query}
        onCall={onCall}
        choice={
          <label>
            <input
              type="checkbox"
              checked={isMerged}
              onChange={(event) => setMerged(event.currentTarget.checked)}
            />{" "}
            like calls together
          </label>
        }
      />
    </div>
  );
}

interface GraphProps extends Pick<Props, "query" | "onCall"> {
  readonly tree: Placed;
  readonly choice: ComponentChildren;
}

function Graph({ tree, query, onCall, choice }: GraphProps) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [focus, setFocus] = useState<Range>(tree);
  const [selected, setSelected] = useState(tree);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const look = () => setWidth(element.clientWidth);
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const { frames, runs } = useMemo(() => seenIn(tree, focus, width), [tree, focus, width]);
  const height = ([...frames, ...runs].reduce((most, { depth }) => Math.max(most, depth), 0) + 1) * ROW;
  const zoom = (frame: Placed) => {
    setFocus(frame);
    setSelected(frame);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") zoom(selected);
    else if (event.key === "Escape") zoom(tree);
    else {
      const to = neighbour(selected, event.key);
      if (to === undefined) return;
      setSelected(to);
    }
    event.preventDefault();
  };
  return (
    <>
      <div class="tools">
        {choice}
        <button type="button" disabled={focus === tree} onClick={() => zoom(tree)}>
          Whole message
        </button>
        <button type="button" onClick={() => onCall(selected.data.call)}>
          Show the call
        </button>
        <output class="status">{describe(selected, tree)}</output>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and arrows move in it */}
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms */}
      <div ref={box} class="graph" tabIndex={0} role="group" aria-label="Flame graph" onKeyDown={onKeyDown}>
        <svg width={width} height={height} role="img" aria-label="Gas by call">
          {frames.map((frame) => (
            <Box
              key={keyOf(frame)}
              at={frame}
              focus={focus}
              width={width}
              label={labelOf(frame)}
              title={describe(frame, tree)}
              hue={hueOf(frame.data)}
              look={lookOf(frame, frame === selected, query)}
              onZoom={() => zoom(frame)}
            />
          ))}
          {runs.map((run) => (
            <Box
              key={`run ${run.depth} ${run.x0}`}
              at={run}
              focus={focus}
              width={width}
              label={`+${run.count}`}
              title={`${counted(run.count, "frame")} · ${gasText(run.value)} gas`}
              hue={0}
              look="run"
              onZoom={() => setFocus(run)}
            />
          ))}
        </svg>
      </div>
      <Legend tree={tree} />
    </>
  );
}

/** Legend of the colours of gas, with the amount of each. */
function Legend({ tree }: { readonly tree: Placed }) {
  const sums = useMemo(() => categorySums(tree), [tree]);
  return (
    <ul class="legend" aria-label="Gas by category">
      {sums.map(([category, gas]) => (
        <li key={category}>
          <i class="gas" style={{ "--hue": `${hueOfCategory(category)}` }} />
          {category} <small>{shareText(gas, tree.value ?? 0)}</small>
        </li>
      ))}
    </ul>
  );
}

interface BoxProps {
  readonly at: Range;
  readonly focus: Range;
  readonly width: number;
  readonly label: string;
  readonly title: string;
  readonly hue: number;
  readonly look: string;
  readonly onZoom: () => void;
}

function Box({ at, focus, width, label, title, hue, look, onZoom }: BoxProps) {
  const scale = width / (focus.x1 - focus.x0);
  const left = Math.max(0, (at.x0 - focus.x0) * scale);
  const right = Math.min(width, (at.x1 - focus.x0) * scale);
  const size = Math.max(0, right - left);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the graph has the keys
    <g
      class={`frame ${look}${at.depth < focus.depth ? " above" : ""}`}
      transform={`translate(${left} ${at.depth * ROW})`}
      style={{ "--hue": `${hue}` }}
      onClick={onZoom}
    >
      <title>{title}</title>
      <rect width={Math.max(0.5, size - 0.5)} height={ROW - 1} rx={2} />
      {size >= LEAST_LABEL && (
        <text x={5} y={15}>
          {fitted(label, size - 10)}
        </text>
      )}
    </g>
  );
}

function labelOf({ data: { kind, count, label } }: Placed): string {
  return count > 1 && kind === "call" ? `${count} × ${label}` : label;
}

function lookOf({ data: { kind, isOk, label } }: Placed, isSelected: boolean, query: string): string {
  const isMatch = query !== "" && label.toLowerCase().includes(query);
  return `${kind}${isSelected ? " selected" : ""}${isMatch ? " match" : ""}${isOk ? "" : " failed"}`;
}

function keyOf({ data, depth }: Placed): string {
  return `${depth} ${data.call} ${data.kind === "gas" ? `${data.group} ${data.label}` : ""}`;
}

function describe({ data, value = 0 }: Placed, tree: Placed): string {
  const share = shareText(value, tree.value ?? 0);
  const calls = data.kind === "call" && data.count > 1 ? ` · ${counted(data.count, "call")}` : "";
  return `${data.label} · ${gasText(value)} gas · ${share}${calls}`;
}

function neighbour(frame: Placed, key: string): Placed | undefined {
  const siblings = frame.parent?.children ?? [frame];
  const place = siblings.indexOf(frame);
  switch (key) {
    case "ArrowUp":
      return frame.parent ?? frame;
    case "ArrowDown":
      return frame.children?.[0] ?? frame;
    case "ArrowLeft":
      return siblings[Math.max(0, place - 1)];
    case "ArrowRight":
      return siblings[Math.min(siblings.length - 1, place + 1)];
    default:
      return undefined;
  }
}

function fitted(text: string, pixels: number): string {
  const room = Math.floor(pixels / CHARACTER);
  return text.length <= room ? text : `${text.slice(0, Math.max(0, room - 1))}…`;
}

function hueOf({ kind, group }: Frame): number {
  return kind === "gas" ? hueOfCategory(group) : hueOfType(group);
}

/** Degrees: categories are evenly apart, and neighbours in the list are far from each other. */
function hueOfCategory(title: string): number {
  return (CATEGORIES.indexOf(title) * STRIDE * (360 / CATEGORIES.length)) % 360;
}

/** The same colour for the same name, in degrees. */
function hueOfType(name: string): number {
  let hash = 0;
  for (let i = 0; i < name.length; i++) hash = (Math.imul(hash, 31) + name.charCodeAt(i)) >>> 0;
  return hash % 360;
}
