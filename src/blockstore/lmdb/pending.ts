/** Values on their way to the disk: seen at once by those who read, and forgotten once they are there. */
export class PendingValues<K> {
  readonly #values = new Map<K, { readonly value: Uint8Array | undefined; readonly write: object }>();

  /** @param value `undefined` if it is deleted. @param write what it is part of */
  set(key: K, value: Uint8Array | undefined, write: object): void {
    this.#values.set(key, { value, write });
  }

  /** `undefined` if nothing of the key is on its way. The value is the caller's own. */
  get(key: K): { readonly value: Uint8Array | undefined } | undefined {
    if (this.#values.size === 0) return undefined;
    const found = this.#values.get(key);
    return found && { value: found.value?.slice() };
  }

  /** Forgets the key of a write that has ended, unless a later one has it. */
  settle(key: K, write: object): void {
    if (this.#values.get(key)?.write === write) this.#values.delete(key);
  }
}
