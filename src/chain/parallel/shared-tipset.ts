import { writeLatin1 } from "../../util/bytes.js";
import { EffectLogs, LOG_BYTES, MAIN_THREAD } from "./effect-logs.js";

/** Status of a place, the low bits of its word; above them is the thread that has claimed it. */
export const PlaceStatus = {
  /** Nobody is at it. */
  Free: 0,
  /** A thread executes it. */
  Claimed: 1,
  /** Its effect is in a log. */
  Executed: 2,
  /** For the main thread at its turn: whoever was at it has no effect. */
  GivenUp: 3,
  /** For the main thread at its turn, from the beginning. */
  Main: 4,
  /** Part of the main thread's state. */
  Settled: 5,
  /** Claimed by a thread that waits for its store: the main thread may take it over. */
  Waiting: 6,
} as const;

export type PlaceStatus = (typeof PlaceStatus)[keyof typeof PlaceStatus];

/** A place as its tipset is laid out. */
export interface PlannedPlace {
  /** The encoded message, a latin1 string; undefined: for the main thread at its turn. */
  readonly message: string | undefined;
  /** Bytes of the message as the chain stores it. */
  readonly rawLength: number;
  /** Places before it that it waits for. */
  readonly predecessors: readonly number[];
}

/** Room that a tipset needs. */
export interface TipsetRoom {
  /** Places. */
  readonly count: number;
  readonly messageBytes: number;
}

/** More than any message has; one that has more is for the main thread. */
export const MAX_PREDECESSORS = 8;

/**
 * Places from the one whose turn it is on that no thread claims: the main thread is there sooner than another one would
 * be through with them.
 */
export const LEAD = 3;

/** The answer to a thread that asks for a place: all are taken, or those that are free wait for others. */
export type Claim = number | "none" | "waits";

/** A question about a place. */
export type PlaceTest = (place: number) => boolean;

const Header = {
  /** Work of the threads: a `Phase`. */
  Phase: 0,
  /** Goes up when a place may have become ready: threads without work wait on it. */
  Ready: 1,
  /** Goes up when a thread ends with a place: the main thread waits on it. */
  Ended: 2,
  Places: 3,
  Writers: 4,
  /** Byte at which the messages are. */
  Messages: 5,
  /** Byte at which the logs are. */
  Logs: 6,
  /** The place whose turn it is. */
  Turn: 7,
  length: 8,
} as const;

const Phase = {
  /** To get ready: the places are not known yet. */
  Begins: 0,
  /** To execute. */
  Runs: 1,
  /** To end. */
  Over: 2,
} as const;

const Place = {
  Status: 0,
  RawLength: 1,
  MessageAt: 2,
  MessageLength: 3,
  EffectAt: 4,
  EffectLength: 5,
  /** Who wants to know its effect: a `Follow`. */
  Follow: 6,
  PredecessorCount: 7,
  Predecessors: 8,
  length: 8 + MAX_PREDECESSORS,
} as const;

/** Whether later places build on the effect of one. */
const Follow = {
  None: 0,
  /** Places that the main thread comes to before any other thread would. */
  Near: 1,
  /** Some that another thread may execute, or on which such places build. */
  Far: 2,
} as const;

const WORD = Int32Array.BYTES_PER_ELEMENT;
const THREAD_SHIFT = 3;
const STATUS_MASK = (1 << THREAD_SHIFT) - 1;

/**
 * A tipset as the threads see it that execute its messages at the same time: one piece of shared memory with the status
 * of each place, the messages, and the effects that were found so far.
 *
 * A place is claimed by one thread, and goes back to none: after that it is executed, or given up for the main thread.
 * Only the main thread settles, in order.
 */
export class SharedTipset {
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #logs: EffectLogs;
  /** The places from this one on are not free. */
  #end: number;
  /** The place that was claimed last. */
  #at = -1;
  /** Waits that have not ended, for that place. */
  #waits = 0;

  /**
   * @param thread which thread sees it so: the main thread, or one from 1 on
   * @param patience milliseconds for which its event loop stands still when it waits for others, before it goes on beside
   * that
   */
  constructor(
    readonly buffer: SharedArrayBuffer,
    readonly thread: number,
    private readonly patience = PATIENCE,
  ) {
    this.#words = new Int32Array(buffer);
    this.#bytes = new Uint8Array(buffer);
    this.#end = this.count;
    this.#logs = new EffectLogs(buffer, this.#word(Header.Logs), this.#word(Header.Writers), thread);
  }

  /**
   * Makes room for a tipset, for its main thread: threads may get ready.
   *
   * @param room a message that has none is for the main thread
   * @param threads that help it
   * @param used memory of a tipset that no thread looks at any more, to be used again if it is large enough
   */
  static begin(room: TipsetRoom, threads: number, used?: SharedArrayBuffer, patience?: number): SharedTipset {
    const { count, messageBytes } = room;
    const writers = threads + 1;
    const messagesAt = (Header.length + count * Place.length) * WORD;
    const logsAt = aligned(messagesAt + messageBytes);
    const size = logsAt + writers * LOG_BYTES;
    const buffer =
      used !== undefined && used.byteLength >= size ? used : new SharedArrayBuffer(roundedUp(size));
    const words = new Int32Array(buffer);
    words.fill(0, 0, messagesAt / WORD);
    words[Header.Places] = count;
    words[Header.Writers] = writers;
    words[Header.Messages] = messagesAt;
    words[Header.Logs] = logsAt;
    EffectLogs.clear(buffer, logsAt, writers);
    return new SharedTipset(buffer, MAIN_THREAD, patience);
  }

  /** Called by the main thread, once: threads may execute. */
  run(places: readonly PlannedPlace[]): void {
    const words = this.#words;
    const end = this.#word(Header.Logs);
    let at = this.#word(Header.Messages);
    for (const [place, { message, rawLength, predecessors }] of places.entries()) {
      const word = wordOf(place);
      const isAhead = predecessors.length <= MAX_PREDECESSORS && isInt32(rawLength);
      if (message === undefined || message.length > end - at || !isAhead) {
        words[word + Place.Status] = PlaceStatus.Main;
        continue;
      }
      words[word + Place.RawLength] = rawLength;
      words[word + Place.MessageAt] = at;
      words[word + Place.MessageLength] = message.length;
      words[word + Place.PredecessorCount] = predecessors.length;
      words.set(predecessors, word + Place.Predecessors);
      writeLatin1(this.#bytes, at, message);
      at += message.length;
    }
    this.#followers(places);
    Atomics.store(words, Header.Phase, Phase.Runs);
    Atomics.notify(words, Header.Phase);
  }

  #followers(places: readonly PlannedPlace[]): void {
    // From the last one on: what its followers are is known by then.
    for (let place = places.length - 1; place >= 0; place--) {
      const isFar = this.#follow(place) === Follow.Far;
      for (const before of places[place]?.predecessors ?? []) {
        const word = wordOf(before) + Place.Follow;
        if (isFar || place - before >= LEAD) this.#words[word] = Follow.Far;
        else this.#words[word] ||= Follow.Near;
      }
    }
  }

  get count(): number {
    return this.#word(Header.Places);
  }

  /** Whether the main thread is through, or has given up: nobody needs anything more. */
  get isOver(): boolean {
    return this.#phase === Phase.Over;
  }

  get #phase(): number {
    return Atomics.load(this.#words, Header.Phase);
  }

  /** A message as bytes, which nobody changes as long as the tipset is not over. */
  message(place: number): Uint8Array {
    const word = wordOf(place);
    const at = this.#word(word + Place.MessageAt);
    return this.#bytes.subarray(at, at + this.#word(word + Place.MessageLength));
  }

  /** Bytes of the message as the chain stores it. */
  rawLength(place: number): number {
    return this.#word(wordOf(place) + Place.RawLength);
  }

  status(place: number): PlaceStatus {
    return statusOf(Atomics.load(this.#words, wordOf(place)));
  }

  /**
   * Claims the last free place whose predecessors have been executed. The main thread comes from the other side, so the
   * two meet once.
   *
   * @param ignores places that do not wait for their predecessors. Default: none
   */
  claim(ignores: PlaceTest = never): Claim {
    const first = Atomics.load(this.#words, Header.Turn) + LEAD;
    let answer: "none" | "waits" = "none";
    for (let place = this.#end - 1; place >= first; place--) {
      if (this.status(place) !== PlaceStatus.Free) {
        if (place === this.#end - 1) this.#end--;
        continue;
      }
      answer = "waits";
      if (!(ignores(place) || this.#isReady(place))) continue;
      if (this.#change(place, PlaceStatus.Free, this.#claimed)) {
        this.#at = place;
        this.#waits = 0;
        // Perhaps there is another one for another thread.
        Atomics.notify(this.#words, Header.Ready, 1);
        return place;
      }
    }
    return answer;
  }

  /**
   * Called by the main thread for a place that it is about to settle. True: no thread is at it, and none can begin; one
   * that was at it and waits loses it.
   */
  isDecided(place: number): boolean {
    Atomics.store(this.#words, Header.Turn, place);
    const word = Atomics.load(this.#words, wordOf(place));
    switch (statusOf(word)) {
      case PlaceStatus.Claimed:
        return false;
      case PlaceStatus.Free:
      case PlaceStatus.Waiting:
        return this.#change(place, word, PlaceStatus.Main);
      default:
        return true;
    }
  }

  /** This thread waits: the main thread may take over the place that it has claimed last. Returns which one that is. */
  beginWait(): number {
    const place = this.#at;
    if (place < 0) return place;
    this.#waits++;
    if (this.#change(place, this.#claimed, this.#waiting)) this.#raise(Header.Ended);
    return place;
  }

  /** A wait is over: after the last one, this thread goes on with its place, if it still has it. */
  endWait(place: number): void {
    if (place === this.#at && place >= 0 && --this.#waits === 0) {
      this.#change(place, this.#waiting, this.#claimed);
    }
  }

  /**
   * The effect of a place that this thread has claimed; nobody's if it has lost it. False: there is no room for it, and
   * the place is given up.
   * @param effect latin1
   */
  executed(place: number, effect: string): boolean {
    if (Atomics.load(this.#words, wordOf(place)) !== this.#claimed) return true;
    const at = this.#logs.append(place, effect);
    if (at === undefined) {
      this.giveUp(place);
      return false;
    }
    const word = wordOf(place);
    this.#words[word + Place.EffectAt] = at;
    this.#words[word + Place.EffectLength] = effect.length;
    this.#finish(place, this.#claimed, PlaceStatus.Executed);
    return true;
  }

  /** A place that this thread has claimed is for the main thread. */
  giveUp(place: number): void {
    this.#finishAll(place, this.thread);
  }

  /** Called by the main thread for a thread that has ended: what it has claimed is given up. */
  giveUpAll(thread: number): void {
    for (let place = 0; place < this.count; place++) this.#finishAll(place, thread);
  }

  #finishAll(place: number, thread: number): void {
    this.#finish(place, held(PlaceStatus.Claimed, thread), PlaceStatus.GivenUp);
    this.#finish(place, held(PlaceStatus.Waiting, thread), PlaceStatus.GivenUp);
  }

  #finish(place: number, before: number, status: PlaceStatus): void {
    if (!this.#change(place, before, status)) return;
    this.#raise(Header.Ended);
    if (status === PlaceStatus.Executed && this.isFollowed(place)) this.#raise(Header.Ready, 1);
  }

  /** The effect of a place that was executed, as bytes at which nobody writes any more. */
  effect(place: number): Uint8Array {
    const word = wordOf(place);
    const at = this.#word(word + Place.EffectAt);
    return this.#bytes.subarray(at, at + this.#word(word + Place.EffectLength));
  }

  /**
   * Called by the main thread in the order of the places.
   *
   * @param effect latin1, if it is another one than that which was found before; others will see as many as there is
   * room for
   */
  settled(place: number, effect: string | undefined): void {
    if (effect !== undefined) this.#logs.append(place, effect);
    const before = Atomics.exchange(this.#words, wordOf(place), PlaceStatus.Settled);
    if (statusOf(before) !== PlaceStatus.Executed && this.isFollowedFar(place)) this.#raise(Header.Ready, 1);
  }

  /** Called by the main thread: all threads are to end. */
  end(): void {
    Atomics.store(this.#words, Header.Phase, Phase.Over);
    Atomics.notify(this.#words, Header.Phase);
    this.#raise(Header.Ready);
  }

  /** Waits until the places are known, or all is over. */
  untilRuns(): Promise<unknown> {
    return this.#until(Header.Phase, Phase.Begins);
  }

  async untilOver(): Promise<void> {
    while (!this.isOver) await Atomics.waitAsync(this.#words, Header.Phase, this.#phase).value;
  }

  /** Effects of others that this thread has not taken yet; of a place that has two, the later one comes last. */
  news(): Iterable<readonly [place: number, effect: Uint8Array]> {
    return this.#logs.news();
  }

  /** Whether any later place is expected to build on the effect of one. */
  isFollowed(place: number): boolean {
    return this.#follow(place) !== Follow.None;
  }

  /** Whether threads are to be told of the effect of one that the main thread executes at its turn. */
  isFollowedFar(place: number): boolean {
    return this.#follow(place) === Follow.Far;
  }

  #follow(place: number): number {
    return this.#word(wordOf(place) + Place.Follow);
  }

  /** To be asked before `claim`, and given to `untilReady` if there is nothing to do. */
  get readiness(): number {
    return Atomics.load(this.#words, Header.Ready);
  }

  /** Waits until a place may have become ready since, or all is over. */
  untilReady(readiness: number): Promise<unknown> {
    return this.#until(Header.Ready, readiness);
  }

  /** To be asked before `status`, and given to `untilEnded`. */
  get endings(): number {
    return Atomics.load(this.#words, Header.Ended);
  }

  /** Waits until a thread has ended with a place since. */
  untilEnded(endings: number): Promise<unknown> {
    return this.#until(Header.Ended, endings);
  }

  async #until(word: number, value: number): Promise<unknown> {
    if (Atomics.wait(this.#words, word, value, this.patience) !== "timed-out") return undefined;
    return Atomics.waitAsync(this.#words, word, value).value;
  }

  #raise(word: number, threads = Number.POSITIVE_INFINITY): void {
    Atomics.add(this.#words, word, 1);
    Atomics.notify(this.#words, word, threads);
  }

  #isReady(place: number): boolean {
    const word = wordOf(place);
    const end = word + Place.Predecessors + this.#word(word + Place.PredecessorCount);
    for (let at = word + Place.Predecessors; at < end; at++) {
      const status = this.status(this.#word(at));
      if (status !== PlaceStatus.Executed && status !== PlaceStatus.Settled) return false;
    }
    return true;
  }

  /** Whether its word was the one before, and now is the one after. */
  #change(place: number, before: number, after: number): boolean {
    return Atomics.compareExchange(this.#words, wordOf(place), before, after) === before;
  }

  get #claimed(): number {
    return held(PlaceStatus.Claimed, this.thread);
  }

  get #waiting(): number {
    return held(PlaceStatus.Waiting, this.thread);
  }

  #word(at: number): number {
    return this.#words[at] as number;
  }
}

/** Most of what a thread waits for is there by then, and going by the event loop would take as long as a message. */
const PATIENCE = 2;

/** Shared memory that grows and shrinks in such steps is more often used again. */
const SIZE_STEP = 1 << 20;

function roundedUp(size: number): number {
  return Math.ceil(size / SIZE_STEP) * SIZE_STEP;
}

function aligned(at: number): number {
  return Math.ceil(at / WORD) * WORD;
}

function isInt32(value: number): boolean {
  return (value | 0) === value;
}

function wordOf(place: number): number {
  return Header.length + place * Place.length;
}

/** The word of a place that a thread has. */
function held(status: PlaceStatus, thread: number): number {
  return status | (thread << THREAD_SHIFT);
}

function statusOf(word: number): PlaceStatus {
  return (word & STATUS_MASK) as PlaceStatus;
}

const never: PlaceTest = () => false;
