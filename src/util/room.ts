/** Whoever lives in a room. */
interface Tenant {
  /** Forgets old entries, and makes the young ones old. False if it holds nothing any more. */
  turn(): boolean;
  clear(): void;
}

type Agreement = (bytes: number) => number | undefined;

/** Bytes by which a room changes between two times that it tells of them. */
const TOLD_BYTES = 2 ** 20;

/**
 * Memory that several maps share. It is kept in two generations: when the young entries of all maps take half of it,
 * they become the old ones, and what was old and not used since goes, whichever map it is in.
 */
export class Room {
  readonly #agree: Agreement;
  #maxBytes: number;
  /** The smaller one of its own bound and of what it may take. */
  #bound: number;
  /** Young bytes from which on it tells of them again. */
  #tellFrom = TOLD_BYTES;
  #youngBytes = 0;
  #oldBytes = 0;
  /** Holders that hold something. */
  readonly #maps = new Set<Tenant>();

  /**
   * @param agree is told of its bytes now and then, and says how many it may take, for rooms that have a bound in common;
   * undefined: nothing of what it has may stay
   */
  constructor(maxBytes: number, agree: Agreement = () => Number.POSITIVE_INFINITY) {
    this.#maxBytes = maxBytes;
    this.#bound = maxBytes;
    this.#agree = agree;
  }

  get maxBytes(): number {
    return this.#maxBytes;
  }

  /** A lower limit takes effect at once. */
  set maxBytes(maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#tell();
  }

  /** As far as those know who fill the maps. Entries that were set again, or are used again, may count twice. */
  get bytes(): number {
    return this.#youngBytes + this.#oldBytes;
  }

  clear(): void {
    this.#empty();
    this.#tell();
  }

  #empty(): void {
    for (const map of this.#maps) map.clear();
    this.#maps.clear();
    this.#youngBytes = 0;
    this.#oldBytes = 0;
  }

  /** A map without young entries gets one. */
  enter(map: Tenant): void {
    this.#maps.add(map);
  }

  /** A map has a young entry more. */
  add(bytes: number): void {
    this.#youngBytes += bytes;
    if (this.#youngBytes * 2 > this.#bound) {
      this.#turn();
      this.#tell();
    } else if (this.#youngBytes >= this.#tellFrom) this.#tell();
  }

  #tell(): void {
    let mayTake = this.#agree(this.bytes);
    if (mayTake === undefined) {
      this.#empty();
      mayTake = this.#agree(0) ?? 0;
    }
    this.#bound = Math.min(this.#maxBytes, mayTake);
    if (this.bytes > this.#bound) {
      this.#fit();
      this.#agree(this.bytes);
    }
    this.#tellFrom = this.#youngBytes + TOLD_BYTES;
  }

  #fit(): void {
    while (this.bytes > this.#bound) this.#turn();
  }

  #turn(): void {
    this.#oldBytes = this.#youngBytes;
    this.#youngBytes = 0;
    for (const map of this.#maps) if (!map.turn()) this.#maps.delete(map);
  }
}

/** Entries in a room. */
export class RoomMap<K, V> implements Tenant {
  #young = new Map<K, V>();
  #old = new Map<K, V>();
  #youngBytes = 0;
  /** Bytes of an old entry, on average, whole ones. */
  #oldBytes = 0;

  constructor(private readonly room: Room) {}

  get(key: K): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old, this.#oldBytes);
    return old;
  }

  /** @param bytes that the entry takes, about */
  set(key: K, value: V, bytes: number): void {
    if (this.#young.size === 0) this.room.enter(this);
    this.#young.set(key, value);
    this.#youngBytes += bytes;
    this.room.add(bytes);
  }

  turn(): boolean {
    this.#old = this.#young;
    this.#oldBytes = Math.ceil(this.#youngBytes / Math.max(this.#young.size, 1));
    this.#young = new Map();
    this.#youngBytes = 0;
    return this.#old.size > 0;
  }

  clear(): void {
    this.turn();
    this.turn();
  }
}
