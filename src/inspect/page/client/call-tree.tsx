import { useEffect, useRef } from "preact/hooks";
import { gasText } from "./amounts.js";
import type { Calls } from "./calls.js";
import { Rows, reveal } from "./rows.js";

/** Pixels. */
const ROW = 28;
/** Levels that are indented. */
const INDENTED = 24;

interface Props {
  readonly calls: Calls;
  readonly folded: ReadonlySet<number>;
  readonly selected: number;
  readonly matches: ReadonlySet<number>;
  readonly onSelect: (at: number) => void;
  readonly onFold: (at: number, fold: boolean) => void;
}

/** The tree of calls. Arrows move in it, fold and unfold. */
export function CallTree({ calls, folded, selected, matches, onSelect, onFold }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const shown = calls.shown(folded);
  const place = shown.indexOf(selected);
  useEffect(() => reveal(box.current, place, ROW), [place]);

  const onKeyDown = (event: KeyboardEvent) => {
    const to = moved(event.key, { calls, folded, selected, shown, place, onFold });
    if (to === undefined) return;
    event.preventDefault();
    onSelect(to);
  };
  const row = (i: number) => {
    const at = shown[i] as number;
    return (
      <CallRow
        key={at}
        at={at}
        calls={calls}
        isFolded={folded.has(at)}
        isSelected={at === selected}
        isMatch={matches.has(at)}
        onSelect={onSelect}
        onFold={onFold}
      />
    );
  };
  return (
    <Rows
      count={shown.length}
      height={ROW}
      row={row}
      box={box}
      attributes={{
        class: "tree",
        role: "tree",
        "aria-label": "Calls",
        "aria-activedescendant": `call-${selected}`,
        tabIndex: 0,
        onKeyDown,
      }}
    />
  );
}

interface Position extends Pick<Props, "calls" | "folded" | "selected" | "onFold"> {
  readonly shown: readonly number[];
  readonly place: number;
}

/** The call that a key leads to, if it is a key of the tree. */
function moved(key: string, { calls, folded, selected, shown, place, onFold }: Position): number | undefined {
  const canUnfold = folded.has(selected);
  const canFold = !canUnfold && calls.hasCalls(selected);
  switch (key) {
    case "ArrowDown":
      return shown[Math.min(place + 1, shown.length - 1)];
    case "ArrowUp":
      return shown[Math.max(place - 1, 0)];
    case "Home":
      return shown[0];
    case "End":
      return shown.at(-1);
    case "ArrowRight":
      if (canUnfold) onFold(selected, false);
      return canFold ? selected + 1 : selected;
    case "ArrowLeft":
      if (canFold) onFold(selected, true);
      return canFold ? selected : Math.max(calls.at(selected).parent, 0);
    case "Enter":
    case " ":
      if (calls.hasCalls(selected)) onFold(selected, !canUnfold);
      return selected;
    default:
      return undefined;
  }
}

interface RowProps extends Pick<Props, "calls" | "onSelect" | "onFold"> {
  readonly at: number;
  readonly isFolded: boolean;
  readonly isSelected: boolean;
  readonly isMatch: boolean;
}

function CallRow({ at, calls, isFolded, isSelected, isMatch, onSelect, onFold }: RowProps) {
  const { actor, method, value, end, own, total, omitted } = calls.at(at);
  const depth = calls.depth[at] as number;
  const hasCalls = calls.hasCalls(at);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree has the keys
    <div
      class={`call${isSelected ? " selected" : ""}${isMatch ? " match" : ""}${end.isOk ? "" : " failed"}`}
      role="treeitem"
      id={`call-${at}`}
      tabIndex={-1}
      aria-level={depth + 1}
      aria-selected={isSelected}
      {...(hasCalls && { "aria-expanded": !isFolded })}
      style={{ paddingLeft: `${8 + Math.min(depth, INDENTED) * 16}px` }}
      onClick={() => onSelect(at)}
    >
      <button
        type="button"
        class="fold"
        tabIndex={-1}
        aria-hidden="true"
        disabled={!hasCalls}
        onClick={(event) => {
          event.stopPropagation();
          onFold(at, !isFolded);
        }}
      >
        {hasCalls ? (isFolded ? "▸" : "▾") : ""}
      </button>
      {depth > INDENTED && <span class="depth">{depth}</span>}
      <span class="what">
        <span class="actor">{actor}</span>
        <span class="method">{method}</span>
        {value !== undefined && <span class="value">{value}</span>}
        {!end.isOk && <span class="end">{end.text}</span>}
        {omitted > 0 && <span class="note">{omitted} more calls, not listed</span>}
      </span>
      <span class="number own" title="its own gas">
        {gasText(own)}
      </span>
      <span class="number total" title="gas, with that of its own calls">
        {gasText(total)}
      </span>
    </div>
  );
}
