/** Items that are being prepared while others are used: a bounded number, in order. */
export class LookAhead<T, P> implements AsyncIterable<P> {
  constructor(
    private readonly items: AsyncIterator<T, undefined>,
    private readonly prepare: (item: T) => Promise<P>,
    /** Items that are prepared beside the one in use. */
    private readonly depth: number,
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<P, undefined> {
    const begun: Promise<P>[] = [];
    let isOver = false;
    for (;;) {
      while (!isOver && begun.length <= this.depth) {
        const { done, value } = await this.items.next();
        isOver = done === true;
        if (done !== true) begun.push(heard(this.prepare(value)));
      }
      const next = begun.shift();
      if (next === undefined) return undefined;
      yield await next;
    }
  }
}

/** A failure is heard by whoever takes the item, if anybody does. */
function heard<P>(promise: Promise<P>): Promise<P> {
  promise.catch(() => undefined);
  return promise;
}
