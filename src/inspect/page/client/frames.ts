import { type HierarchyNode, type HierarchyRectangularNode, hierarchy, partition } from "d3-hierarchy";
import type { PageMessage } from "../data.js";

/** A frame of the flame graph: a call, several like calls, or a kind of gas within one. */
export interface Frame {
  readonly label: string;
  /** The first of its calls. */
  readonly call: number;
  readonly kind: "call" | "gas";
  /** Basis of the colour: type of the actor, or category. */
  readonly group: string;
  readonly isOk: boolean;
  count: number;
  /** Milligas of its own, not that of frames below. */
  own: number;
  readonly below: Frame[];
}

/** A frame with its place. `x0` and `x1` are parts of the whole, from 0 to 1. */
export type Placed = HierarchyRectangularNode<Frame>;

/**
 * Frames of a message: each call, and in it its own gas, by category and then by charge.
 *
 * @param merged whether like calls of one caller are one frame
 */
export function framesOf({ calls, strings, categories }: PageMessage, merged: boolean): Frame | undefined {
  const frames = new FrameTree();
  const ofCalls: Frame[] = [];
  for (const [at, { parent, actor, type, method, end, sums }] of calls.entries()) {
    const label = `${actor} ${method}`;
    const about = { label, call: at, group: type === "" ? actor : type, isOk: end.isOk };
    const key = merged ? `${label} ${end.isOk}` : `${at}`;
    const frame = frames.within(ofCalls[parent], key, { kind: "call", ...about });
    ofCalls.push(frame);
    for (const [name, , compute, other] of sums) {
      const [charge, group] = [strings[name] as string, categories[name] as string];
      const gas = { kind: "gas", call: at, group, isOk: true } as const;
      const category = frames.within(frame, `gas ${group}`, { ...gas, label: group });
      frames.within(category, charge, { ...gas, label: charge }).own += Number(compute) + Number(other);
    }
  }
  return ofCalls[0];
}

/** Frames that are found again by a key. */
class FrameTree {
  private readonly known = new Map<Frame, Map<string, Frame>>();

  /** The frame of this key below another one. */
  within(
    above: Frame | undefined,
    key: string,
    about: Pick<Frame, "label" | "call" | "kind" | "group" | "isOk">,
  ): Frame {
    const siblings = above === undefined ? undefined : this.below(above);
    const like = siblings?.get(key);
    if (like !== undefined) {
      like.count++;
      return like;
    }
    const frame = { ...about, count: 1, own: 0, below: [] };
    siblings?.set(key, frame);
    above?.below.push(frame);
    return frame;
  }

  private below(frame: Frame): Map<string, Frame> {
    let below = this.known.get(frame);
    if (below === undefined) {
      below = new Map();
      this.known.set(frame, below);
    }
    return below;
  }
}

/** Places frames; what is refunded takes no room. */
export function placed(root: Frame): Placed {
  const tree = hierarchy(root, ({ below }) => below)
    .sum(({ own }) => Math.max(own, 0))
    .sort(callsFirst);
  return partition<Frame>()(tree);
}

/** Calls in their order, then gas of the call itself, the most first. */
function callsFirst(a: HierarchyNode<Frame>, b: HierarchyNode<Frame>): number {
  if (a.data.kind !== b.data.kind) return a.data.kind === "call" ? -1 : 1;
  return a.data.kind === "call" ? a.data.call - b.data.call : (b.value ?? 0) - (a.value ?? 0);
}

/** Milligas of each category, the most first. */
export function categorySums(root: Placed): [category: string, milligas: number][] {
  const sums = new Map<string, number>();
  for (const { data, value = 0, parent } of root.descendants()) {
    // Charges are within their category.
    if (data.kind !== "gas" || parent?.data.kind !== "call") continue;
    sums.set(data.group, (sums.get(data.group) ?? 0) + value);
  }
  return [...sums].sort(([, a], [, b]) => b - a);
}

/** A part of the width: from 0 to 1, at a level. */
export interface Range {
  readonly x0: number;
  readonly x1: number;
  readonly depth: number;
}

/** Frames beside each other that are too narrow to be seen alone. */
export interface Run extends Range {
  readonly count: number;
  /** Milligas. */
  readonly value: number;
}

/** Pixels that a run has at most, so that each leads to a part of what it hides. */
const RUN_PIXELS = 40;

/** Frames and runs that are seen when a range fills the width. */
export function seenIn(root: Placed, focus: Range, pixels: number): { frames: Placed[]; runs: Run[] } {
  const pixel = (focus.x1 - focus.x0) / Math.max(pixels, 1);
  const seen: { frames: Placed[]; runs: Run[] } = { frames: [], runs: [] };
  const open = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    seen.frames.push(node);
    const narrow: Placed[] = [];
    for (const below of node.children ?? []) {
      if (below.x1 <= focus.x0 || below.x0 >= focus.x1) continue;
      if (below.x1 - below.x0 >= pixel) open.push(below);
      else if (below.x1 > below.x0) narrow.push(below);
    }
    for (const run of runsOf(narrow, pixel)) seen.runs.push(run);
  }
  return seen;
}

function runsOf(frames: readonly Placed[], pixel: number): Run[] {
  const runs: Run[] = [];
  for (const { x0, x1, depth, value = 0 } of frames) {
    const last = runs.at(-1);
    if (last !== undefined && x0 - last.x1 < pixel && x1 - last.x0 <= RUN_PIXELS * pixel) {
      runs[runs.length - 1] = { ...last, x1, count: last.count + 1, value: last.value + value };
    } else {
      runs.push({ x0, x1, depth, count: 1, value });
    }
  }
  return runs;
}
