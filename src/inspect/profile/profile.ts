/** Where gas went: plain data. */

/** Milligas that a kind of charge took. */
export interface Spent {
  /** Computation. */
  readonly compute: bigint;
  /** Storage and calls to the node. */
  readonly other: bigint;
  /** How often. */
  readonly count: number;
}

/** Calls of a method that were reached the same way: what they spent themselves, and what their own calls did. */
export interface ProfileNode {
  /** Type of the actor such as `storageminer`, its address, or a name in parentheses where there is no actor. */
  readonly actor: string;
  /** Its name, or its number. Empty where there is no actor. */
  readonly method: string;
  /** How often it was called. */
  readonly calls: number;
  /** By name of the charge. Charges of nothing are counted, too. */
  readonly charges: ReadonlyMap<string, Spent>;
  readonly children: readonly ProfileNode[];
}

/** Where the gas of messages went. The sum over all nodes is `gasUsed`, to the unit. */
export interface GasProfile {
  /** How many. */
  readonly messages: number;
  /** How many of them have an exit code other than 0. */
  readonly failed: number;
  /** Gas of their receipts. */
  readonly gasUsed: bigint;
  /** Milligas of charges that exceeded a limit, and so were not paid. No part of the sum. */
  readonly beyondLimit: bigint;
  /** The messages themselves: their inclusion, and what their receipts add. Its children are their own calls. */
  readonly root: ProfileNode;
}

/** All nodes, callers before the calls they make. Without recursion, as calls nest deep. */
export function* nodesOf(root: ProfileNode): Generator<{ node: ProfileNode; path: readonly ProfileNode[] }> {
  const open: { node: ProfileNode; path: readonly ProfileNode[] }[] = [{ node: root, path: [root] }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    yield next;
    const { node, path } = next;
    for (const child of node.children.toReversed()) open.push({ node: child, path: [...path, child] });
  }
}

/** A node's name for people, such as `storageminer.PreCommitSector`. */
export function nodeName({ actor, method }: ProfileNode): string {
  if (method === "") return actor;
  return /^[0-9]/.test(method) ? `${actor} method ${method}` : `${actor}.${method}`;
}
