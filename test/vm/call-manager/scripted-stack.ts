import type { Cid } from "../../../src/encoding/cid.js";
import { CBOR } from "../../../src/encoding/codecs.js";
import { type ErrorNumber, ExitCode } from "../../../src/message/outcome.js";
import {
  CONTROL_BYTES,
  type NativeStack,
  type NativeSyscall,
  type NativeSyscallError,
  Outcome,
  STAGED,
  Word,
  Yield,
} from "../../../src/native/addon.js";
import { latin1Bytes } from "../../../src/util/bytes.js";
import { u64FromWords } from "../../../src/util/u64.js";
import { writeU64 } from "../../../src/util/words.js";
import type { HandlerName, Syscall } from "../../../src/vm/syscalls/table.js";

/** What an actor does next: a syscall with its parameters in order, work, or opening a block. */
export type Act =
  | { readonly syscall: HandlerName; readonly args: readonly (number | bigint | Uint8Array | string)[] }
  /** Milligas of Wasm instructions. */
  | { readonly gas: number }
  | { readonly open: Cid }
  | "slice";

/** What comes back to it. */
export interface Reply {
  readonly errno: number;
  readonly bytes: Uint8Array;
}

/** How it ends. */
export type Ending =
  | { readonly exit: number; readonly data?: Uint8Array }
  | { readonly fatal: string }
  | { readonly hostFault: string };

/** An actor as a script; one that asks for nothing is a plain function. */
export type Actor = (frame: ScriptedFrame) => Ending | Generator<Act, Ending, Reply>;

export class ScriptedFrame {
  readonly blocks: Uint8Array[] = [];
  readonly run: Generator<Act, Ending, Reply>;
  started = false;
  ending: Ending | undefined;
  /** The syscall that waits or was answered last. */
  asked: NativeSyscall | undefined;
  failed: NativeSyscallError | undefined;

  constructor(
    actor: Actor,
    /** The packed context that the actor was given. */
    readonly context: Uint8Array,
    readonly params: Uint8Array | undefined,
  ) {
    if (params !== undefined) this.blocks.push(params);
    const script = actor(this);
    this.run = "next" in script ? script : endAtOnce(script);
  }
}

/** The native stack's contract, with scripts instead of Wasm. Every syscall costs nothing by itself. */
export class ScriptedStack implements NativeStack {
  readonly control = new ArrayBuffer(CONTROL_BYTES);
  readonly words = new Uint32Array(this.control);
  readonly frames: ScriptedFrame[] = [];
  readonly memoryBytes = 0;
  isOpen = true;
  private staged: Uint8Array | undefined;

  constructor(
    private readonly syscalls: readonly Syscall[],
    /** By code; what is missing is not loaded. */
    readonly actors: Map<Cid, Actor>,
  ) {}

  get depth(): number {
    return this.frames.length;
  }

  push(code: Cid, paramsHandle: number): boolean {
    const actor = this.actors.get(code);
    if (actor === undefined) return false;
    const params = paramsHandle === STAGED ? this.staged : this.frames.at(-1)?.blocks[paramsHandle - 1];
    const context = new Uint8Array(this.control.slice(Word.CONTEXT * 4, Word.CONTEXT * 4 + 80));
    this.frames.push(new ScriptedFrame(actor, context, params));
    return true;
  }

  stageParams(_codec: number, data: Uint8Array): void {
    this.staged = data;
  }

  hasBlock(handle: number): boolean {
    this.words[Word.PARAMS_LINKS] = 0;
    return handle > 0 && handle <= this.top.blocks.length;
  }

  readBlock(handle: number): { codec: number; data: Uint8Array } {
    return { codec: CBOR, data: this.top.blocks[handle - 1] as Uint8Array };
  }

  takeObservations(): number {
    return 0;
  }

  run(): number {
    const frame = this.top;
    const used = u64FromWords(this.words[Word.GAS_USED] ?? 0, this.words[Word.GAS_USED + 1] ?? 0);
    const step = frame.started ? frame.run.next(this.reply()) : frame.run.next();
    frame.started = true;
    if (step.done === true) return this.finish(step.value);
    const act = step.value;
    if (act === "slice") return Yield.Slice;
    if ("gas" in act) return this.work(Number(used) + act.gas);
    if ("open" in act) {
      this.writeBytes(0, latin1Bytes(act.open), 0);
      return Yield.MissingBlock;
    }
    return this.request(act.syscall, act.args);
  }

  argument(): Uint8Array {
    throw new Error("scripts use short arguments");
  }

  writeTail(): void {
    throw new Error("scripts have no memory");
  }

  isReachable(): boolean {
    return true;
  }

  provideBlock(data: Uint8Array): void {
    this.top.blocks.push(data);
    this.words[Word.ERRNO] = 0;
    this.words[Word.RESULT_LENGTH] = 0;
  }

  returnData(): Uint8Array {
    const { ending } = this.top;
    return ending !== undefined && "exit" in ending && ending.data !== undefined
      ? ending.data
      : new Uint8Array();
  }

  failure(): string {
    const { ending } = this.top;
    if (ending === undefined) return "";
    if ("exit" in ending) return "actor aborted";
    return "fatal" in ending ? ending.fatal : ending.hostFault;
  }

  lastError(): NativeSyscallError | undefined {
    return this.top.failed;
  }

  pop(): void {
    this.frames.pop();
  }

  popInto(exitCode: number, withBlock: boolean): void {
    const data = this.returnData();
    this.frames.pop();
    if (withBlock) this.top.blocks.push(data);
    this.words.set(
      [exitCode, withBlock ? this.top.blocks.length : 0, withBlock ? CBOR : 0, 0, data.length],
      Word.RESULT,
    );
    this.words[Word.ERRNO] = 0;
    this.words[Word.RESULT_LENGTH] = 20;
  }

  open(): void {
    this.isOpen = true;
  }

  close(): void {
    this.isOpen = false;
    this.frames.length = 0;
  }

  private get top(): ScriptedFrame {
    const frame = this.frames.at(-1);
    if (frame === undefined) throw new Error("no frame");
    return frame;
  }

  private reply(): Reply {
    const length = this.words[Word.RESULT_LENGTH] ?? 0;
    const errno = this.words[Word.ERRNO] ?? 0;
    const { asked } = this.top;
    this.top.failed =
      errno === 0 || asked === undefined ? undefined : { ...pick(asked), errno: errno as ErrorNumber };
    return { errno, bytes: new Uint8Array(this.control.slice(Word.RESULT * 4, Word.RESULT * 4 + length)) };
  }

  private work(used: number): number {
    const limit = u64FromWords(this.words[Word.GAS_LIMIT] ?? 0, this.words[Word.GAS_LIMIT + 1] ?? 0);
    const isOut = used > limit;
    writeU64(this.words, Word.GAS_USED, isOut ? limit : used);
    if (!isOut) return this.run();
    this.words[Word.OUTCOME] = Outcome.OutOfGas;
    return Yield.Finished;
  }

  private finish(ending: Ending): number {
    this.top.ending = ending;
    this.words[Word.RETURN_PRESENT] = 0;
    if ("exit" in ending) {
      this.words[Word.OUTCOME] = Outcome.Exit;
      this.words[Word.EXIT_CODE] = ending.exit;
      if (ending.data !== undefined) {
        this.words[Word.RETURN_PRESENT] = 1;
        writeU64(this.words, Word.RETURN_CODEC, CBOR);
        this.words[Word.RETURN_SIZE] = ending.data.length;
        this.words[Word.RETURN_LINKS] = 0;
      }
    } else {
      this.words[Word.OUTCOME] = "fatal" in ending ? Outcome.Fatal : Outcome.HostFault;
      this.words[Word.EXIT_CODE] = ExitCode.AssertionFailed;
    }
    return Yield.Finished;
  }

  private request(handler: HandlerName, args: readonly (number | bigint | Uint8Array | string)[]): number {
    const number = this.syscalls.findIndex((syscall) => syscall.handler === handler);
    const syscall = this.syscalls[number];
    if (syscall === undefined) throw new Error(`this network version has no ${handler}`);
    this.words[Word.SYSCALL] = number;
    this.top.asked = syscall;
    let payload = 0;
    args.forEach((value, slot) => {
      if (syscall.params[slot] === "out") {
        this.words.set([0, Number(value)], Word.ARGS + slot * 2);
      } else if (typeof value === "number" || typeof value === "bigint") {
        writeU64(this.words, Word.ARGS + slot * 2, value);
      } else {
        const bytes = typeof value === "string" ? latin1Bytes(value) : value;
        this.writeBytes(slot, bytes, payload);
        payload += bytes.length;
      }
    });
    return Yield.Syscall;
  }

  private writeBytes(slot: number, bytes: Uint8Array, offset: number): void {
    new Uint8Array(this.control).set(bytes, Word.PAYLOAD * 4 + offset);
    this.words.set([offset, bytes.length], Word.ARGS + slot * 2);
  }
}

function pick({ module, name }: NativeSyscall): { module: string; name: string } {
  return { module, name };
}

// biome-ignore lint/correctness/useYield: there is nothing between
function* endAtOnce(ending: Ending): Generator<Act, Ending, Reply> {
  return ending;
}
