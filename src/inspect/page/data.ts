/** Contents of a page, as JSON: the contract between the half made here and the half in the browser. */

/** Milligas; decimal text beyond 2^53. */
export type Amount = number | string;

/** A page. */
export interface PageData {
  readonly title: string;
  /** Who made it, such as `fvm-node 0.1.0`. */
  readonly maker: string;
  readonly messages: readonly PageMessage[];
}

/** A label with its text. */
export interface Fact {
  readonly label: string;
  readonly text: string;
}

/** How a message, or a call, ended. */
export interface PageEnd {
  readonly text: string;
  readonly isOk: boolean;
}

/** An actor as people know it. */
export interface PageActor {
  /** ID and type, `f05 storagemarket`; the address as it was written if there is no ID. */
  readonly label: string;
  /** Its other addresses. */
  readonly addresses: readonly string[];
}

/** A message: what it is, what became of it, and all that it did. */
export interface PageMessage {
  /** Where it is from, such as the name of a vector. */
  readonly origin?: string;
  /** `storageminer · ProveCommitSectors3`. */
  readonly title: string;
  readonly from: PageActor;
  readonly to: PageActor;
  readonly value: string;
  readonly end: PageEnd;
  /** Gas. */
  readonly gasUsed: Amount;
  /** Gas. */
  readonly gasLimit: Amount;
  /** Why it failed, in words. */
  readonly explanation?: string;
  readonly facts: readonly Fact[];
  /** Parameters of a message that made no call; otherwise its call has them. */
  readonly params?: PageBlock;
  /** Texts that calls refer to by number: names of charges, CIDs. */
  readonly strings: readonly string[];
  /** Category of each charge name, by its number in `strings`. */
  readonly categories: Readonly<Record<number, string>>;
  /** Each call comes before its own calls. */
  readonly calls: readonly PageCall[];
  readonly events: readonly PageEvent[];
  /** Undefined: not known. */
  readonly state?: readonly PageStateActor[];
  /** Counts of the things left out so that the page stays small. */
  readonly omitted: Readonly<Record<"calls" | "charges" | "blocks" | "events" | "logs", number>>;
}

/** A call, and what it did itself. */
export interface PageCall {
  /** Place of the calling call; -1 if there is none. */
  readonly parent: number;
  /** The receiver: `f05 storagemarket`. */
  readonly actor: string;
  /** Type of the receiver, such as `storagemarket`; empty if it is not known. */
  readonly type: string;
  /** `PublishStorageDeals`. */
  readonly method: string;
  readonly value?: string;
  readonly end: PageEnd;
  /** Gas of its own charges. */
  readonly own: Amount;
  /** With that of its own calls. */
  readonly total: Amount;
  readonly facts: readonly Fact[];
  readonly params?: PageBlock;
  readonly returned?: PageBlock;
  /** Charges by name: name, count, computation, other gas. */
  readonly sums: readonly ChargeSum[];
  /** Charges in order, three numbers each: name, computation, other gas. */
  readonly charges: readonly Amount[];
  /** Blocks in order, three numbers each: 0 read or 1 written, CID, bytes. */
  readonly blocks: readonly number[];
  readonly logs: readonly string[];
  /** Places of its events in the message's. */
  readonly events: readonly number[];
  /** Calls that are left out below it. */
  readonly omitted: number;
}

/** Charges of one name in one call. */
export type ChargeSum = readonly [name: number, count: number, compute: Amount, other: Amount];

/** Parameters or return data. */
export interface PageBlock {
  /** Format and size, such as `DAG-CBOR, 12 bytes`. */
  readonly about: string;
  /** Decoded; undefined if it is not understood. */
  readonly text?: string;
  readonly hex: string;
}

/** An event of an actor. */
export interface PageEvent {
  /** Place of the call that emitted it. */
  readonly call: number;
  readonly emitter: string;
  /** Meaning, if it is known: `Transfer(from: …)`. */
  readonly summary?: string;
  readonly entries: readonly Fact[];
  /** Whether the call failed, and the event with it. */
  readonly isDiscarded: boolean;
}

/** Changes to an actor. */
export interface PageStateActor {
  readonly actor: string;
  readonly kind: "added" | "changed" | "removed";
  readonly rows: readonly PageStateRow[];
}

/** A field that changed; absent: was not, or is no more. */
export interface PageStateRow {
  readonly field: string;
  readonly before?: string;
  readonly after?: string;
  /** Difference of numbers, such as `+1.5 FIL`. */
  readonly delta?: string;
}
