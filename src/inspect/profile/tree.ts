import type { Milligas } from "../../message/gas.js";
import { Amount } from "./amounts.js";
import type { ProfileNode, Spent } from "./profile.js";

/** Bounds of a profile, whatever the messages do. Beyond them the sum stays right, and detail is lost. */
export const PROFILE_LIMITS = {
  /** Calls nested deeper are told apart by actor and method only. */
  depth: 128,
  /** Ways to reach a method; those that come later are told apart by actor and method only. */
  nodes: 20_000,
  /** Names of charges that actors have made up; those that come later are one. */
  names: 1_000,
} as const;

const MESSAGES = "(messages)";
const DEEP = "(calls too deep or too many)";
const OTHER = "(other calls)";
const OTHER_NAMES = "(other names)";

class SpentBuilder {
  readonly compute = new Amount();
  readonly other = new Amount();
  count = 0;
}

/** A name that an actor has made up: quoted, so that it cannot be taken for another, and cut. */
export function quotedName(name: string): string {
  return JSON.stringify(name.slice(0, 64));
}

/** A node of a profile in the making. */
export class TreeNode {
  calls = 0;
  readonly charges = new Map<string, SpentBuilder>();
  readonly children = new Map<string, TreeNode>();

  constructor(
    readonly actor: string,
    readonly method: string,
    readonly depth: number,
  ) {}

  charge(name: string, compute: Milligas, other: Milligas, count = 1): void {
    const spent = this.charges.get(name) ?? new SpentBuilder();
    if (spent.count === 0) this.charges.set(name, spent);
    spent.compute.add(compute);
    spent.other.add(other);
    spent.count += count;
  }
}

/** A profile in the making, of one message or of many. */
export class ProfileTree {
  readonly root = new TreeNode(MESSAGES, "", 0);
  #nodes = 1;
  readonly #deep = new TreeNode(DEEP, "", PROFILE_LIMITS.depth);
  readonly #ownNames = new Set<string>();

  /** The node of a call. */
  child(parent: TreeNode, actor: string, method: string): TreeNode {
    const key = `${actor}\n${method}`;
    const known = parent.children.get(key);
    if (known !== undefined) return known;
    if (parent.depth >= PROFILE_LIMITS.depth || this.#nodes >= PROFILE_LIMITS.nodes) {
      return this.#deepChild(key, actor, method);
    }
    this.#nodes++;
    return add(parent, key, new TreeNode(actor, method, parent.depth + 1));
  }

  /** The name under which an actor's own charge is listed. @param quoted as `quotedName` has it */
  ownName(quoted: string): string {
    if (this.#ownNames.has(quoted)) return quoted;
    if (this.#ownNames.size >= PROFILE_LIMITS.names) return OTHER_NAMES;
    this.#ownNames.add(quoted);
    return quoted;
  }

  /** Adds what another tree has. */
  merge(other: ProfileTree): void {
    const open: [from: TreeNode, into: TreeNode][] = [[other.root, this.root]];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const [from, into] = next;
      into.calls += from.calls;
      for (const [name, { compute, other, count }] of from.charges) {
        const listed = name.startsWith('"') ? this.ownName(name) : name;
        into.charge(listed, compute.total, other.total, count);
      }
      for (const child of from.children.values())
        open.push([child, this.child(into, child.actor, child.method)]);
    }
  }

  finish(): ProfileNode {
    return finished(this.root);
  }

  #deepChild(key: string, actor: string, method: string): TreeNode {
    const deep = this.#deep;
    this.root.children.set(DEEP, deep);
    const known = deep.children.get(key);
    if (known !== undefined) return known;
    if (deep.children.size < PROFILE_LIMITS.nodes)
      return add(deep, key, new TreeNode(actor, method, deep.depth));
    return deep.children.get(OTHER) ?? add(deep, OTHER, new TreeNode(OTHER, "", deep.depth));
  }
}

function add(parent: TreeNode, key: string, node: TreeNode): TreeNode {
  parent.children.set(key, node);
  return node;
}

/** Recursion is bounded by the depth of a profile. */
function finished({ actor, method, calls, charges, children }: TreeNode): ProfileNode {
  const spent = new Map<string, Spent>();
  for (const [name, { compute, other, count }] of charges) {
    spent.set(name, { compute: compute.total, other: other.total, count });
  }
  return { actor, method, calls, charges: spent, children: Array.from(children.values(), finished) };
}
