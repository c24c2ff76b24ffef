import type { Message } from "../../message/message.js";
import { BoundedMap } from "../../util/bounded-map.js";

/** Kinds of messages that are remembered, at least. */
const KEPT = 4_096;
/** Scouts of a kind, one after the other, that have lacked nothing after their first write: enough to believe it. */
const SURE = 3;
/** After so many, one of them goes to the end again. */
const DOUBT = 16;

/**
 * Habits of messages, by receiver and method, as scouts have found them: whether they read more once they have begun to
 * write. Most contracts write when all is read, and what they write is half of their work.
 */
export class Habits {
  /** Scouts since the last one that has lacked blocks after its first write. */
  readonly #since = new BoundedMap<string, number>(KEPT);

  /** Whether a scout is of use beyond the message's first write. */
  readsOn(message: Message): boolean {
    const since = this.#since.get(kindOf(message)) ?? 0;
    return since < SURE || since % DOUBT === 0;
  }

  /** A scout has ended that had written. @param hasLacked blocks after its first write */
  note(message: Message, hasLacked: boolean): void {
    const kind = kindOf(message);
    this.#since.set(kind, hasLacked ? 0 : (this.#since.get(kind) ?? 0) + 1);
  }
}

function kindOf({ to, method }: Message): string {
  return `${method} ${to}`;
}
