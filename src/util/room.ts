/** Whoever lives in a room. */
interface Tenant {
  /** Forgets old entries, and makes the young ones old. False if it holds nothing any more. */
  turn(): boolean;
  clear(): void;
}

/**
 * Memory that several maps share. It is kept in two generations: when the young entries of all maps take half of it,
 * they become the old ones, and what was old and not used since goes, whichever map it is in.
 */
export class Room {
  #maxBytes: number;
  #youngBytes = 0;
  #oldBytes = 0;
  /** Holders that hold something. */
  readonly #maps = new Set<Tenant>();

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get maxBytes(): number {
    return this.#maxBytes;
  }

  /** A lower limit takes effect at once. */
  set maxBytes(maxBytes: number) {
    this.#maxBytes = maxBytes;
    while (this.bytes > maxBytes) this.#turn();
  }

  /** As far as those know who fill the maps. Entries that were set again, or are used again, may count twice. */
  get bytes(): number {
    return this.#youngBytes + this.#oldBytes;
  }

  clear(): void {
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
    if (this.#youngBytes * 2 > this.#maxBytes) this.#turn();
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
  /** Bytes of an old entry, on average. */
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
    this.#oldBytes = this.#youngBytes / Math.max(this.#young.size, 1);
    this.#young = new Map();
    this.#youngBytes = 0;
    return this.#old.size > 0;
  }

  clear(): void {
    this.turn();
    this.turn();
  }
}
