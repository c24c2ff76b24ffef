/** A stretch of the actor's memory. Memory is never freed: an invocation is short. */
export class Bytes {
  constructor(
    public at: usize,
    public length: u32,
  ) {}

  static ofSize(length: u32): Bytes {
    return new Bytes(heap.alloc(length), length);
  }

  /** ASCII text. */
  static ofText(text: string): Bytes {
    const bytes = Bytes.ofSize(text.length);
    for (let i = 0; i < text.length; i++) store<u8>(bytes.at + i, text.charCodeAt(i) as u8);
    return bytes;
  }

  equals(other: Bytes): bool {
    return this.length === other.length && memory.compare(this.at, other.at, this.length) === 0;
  }
}
