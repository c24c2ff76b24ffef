/** Frames that Geth's `callTracer` would show of what @ethereumjs/evm does, without gas. */
import type { EVM, EVMResult, InterpreterStep, Message } from "@ethereumjs/evm";
import type { SimpleStateManager } from "@ethereumjs/statemanager";
import { builtinRevert } from "../../../src/builtin/abi/revert.js";
import { toHex } from "./abi.js";

export interface EthereumLog {
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
  readonly position: string;
}

export interface EthereumCall {
  type: string;
  from: string;
  to?: string;
  value?: string;
  input: string;
  output?: string;
  error?: string;
  revertReason?: string;
  calls: EthereumCall[];
  logs: EthereumLog[];
  /** Whether the EVM actor does it without calling anybody: precompiles, and DELEGATECALL of no code. */
  isSilent: boolean;
}

/** Errors of @ethereumjs/evm in Geth's words. */
const GETH_TEXTS: Readonly<Record<string, string>> = {
  revert: "execution reverted",
  "static state change": "write protection",
  "create collision": "contract address collision",
  "code size to deposit exceeds maximum code size": "max code size exceeded",
  "initcode exceeds max initcode size": "max initcode size exceeded",
  "invalid bytecode deployed": "invalid code: must not begin with 0xef",
  "invalid JUMP": "invalid jump destination",
  "value out of range": "return data out of bounds",
  "stack overflow": "stack limit reached 1024 (1023)",
};
const INVALID = 0xfe;
/** Instructions that ask for an account. */
const ASKING = ["BALANCE", "EXTCODESIZE", "EXTCODECOPY", "EXTCODEHASH", "SELFDESTRUCT"];
const MAX_DEPTH = 1024;

export class FrameRecorder {
  readonly touched = new Set<string>();
  private readonly open: EthereumCall[] = [];
  /** Messages of `open`. */
  private readonly messages: Message[] = [];
  /** Outcome of SELFDESTRUCT in the frame that runs it. */
  private ending: EthereumCall | undefined;
  private done: EthereumCall | undefined;
  /** The instruction before, and its depth: a call, if no message follows, was refused. */
  private last: InterpreterStep | undefined;
  private isPending = false;

  constructor(
    private readonly evm: EVM,
    private readonly state: SimpleStateManager,
  ) {
    evm.events.on("step", this.onStep);
    evm.events.on("beforeMessage", this.onMessage);
    evm.events.on("afterMessage", this.onResult);
  }

  close(): void {
    this.evm.events.off("step", this.onStep);
    this.evm.events.off("beforeMessage", this.onMessage);
    this.evm.events.off("afterMessage", this.onResult);
  }

  top(): EthereumCall {
    if (this.done === undefined) throw new Error("no message");
    return this.done;
  }

  private readonly onStep = (step: InterpreterStep, next?: (error?: Error) => void): void => {
    this.settle();
    this.last = step;
    const { name } = step.opcode;
    const address = addressOf(step.stack.at(-1) ?? 0n);
    this.isPending = name === "CALL";
    this.ending = name === "SELFDESTRUCT" ? ending(step, address) : undefined;
    if (/^LOG[0-4]$/.test(name)) this.log(step);
    if (ASKING.includes(name)) this.touched.add(address);
    if (name.endsWith("CALL")) this.touched.add(addressOf(step.stack.at(-2) ?? 0n));
    next?.();
  };

  private log(step: InterpreterStep): void {
    const { opcode, stack, address } = step;
    const count = Number(opcode.name.slice(3));
    const [start = 0n, size = 0n, ...rest] = stack.slice().reverse();
    const frame = this.open.at(-1);
    frame?.logs.push({
      address: address.toString(),
      topics: rest.slice(0, count).map(word),
      data: toHex(memoryOf(step, start, size)),
      position: `0x${frame.calls.length.toString(16)}`,
    });
  }

  /** Geth has frames of calls that never begin, for want of money or because they are too deep. */
  private settle(): void {
    const { last, isPending } = this;
    this.isPending = false;
    const frame = this.open.at(-1);
    if (!isPending || last === undefined || frame === undefined) return;
    const [_, to = 0n, value = 0n, start = 0n, size = 0n] = last.stack.slice().reverse();
    const isPoor = value > last.account.balance;
    if (!isPoor && last.depth < MAX_DEPTH) return;
    frame.calls.push({
      ...leaf("CALL", last.address.toString(), addressOf(to), value),
      input: toHex(memoryOf(last, start, size)),
      error: isPoor ? "insufficient balance for transfer" : "max call depth exceeded",
    });
  }

  private readonly onMessage = async (message: Message, next?: (error?: Error) => void): Promise<void> => {
    this.isPending = false;
    const { to, caller, data, value, salt, delegatecall } = message;
    const opcode = this.open.length === 0 ? undefined : this.last?.opcode.name;
    const creation = salt === undefined ? "CREATE" : "CREATE2";
    const type = opcode ?? (to === undefined ? creation : "CALL");
    const receiver = delegatecall ? message.codeAddress : to;
    const from = delegatecall ? (to?.toString() ?? "") : caller.toString();
    const isEmpty = delegatecall && (await this.state.getCode(message.codeAddress)).length === 0;
    this.messages.push(message);
    this.open.push({
      type,
      from,
      ...(receiver !== undefined && { to: receiver.toString() }),
      ...(type !== "STATICCALL" && { value: quantity(value) }),
      input: toHex(data),
      ...{ calls: [], logs: [], isSilent: isEmpty },
    });
    this.touched.add(from);
    if (receiver !== undefined) this.touched.add(receiver.toString());
    next?.();
  };

  private readonly onResult = (result: EVMResult, next?: (error?: Error) => void): void => {
    this.settle();
    const frame = this.open.pop() as EthereumCall;
    const message = this.messages.pop() as Message;
    if (typeof message.code === "function") frame.isSilent = true;
    const { execResult, createdAddress } = result;
    const { exceptionError, returnValue } = execResult;
    if (createdAddress !== undefined) {
      frame.to = createdAddress.toString();
      this.touched.add(frame.to);
    }
    const error = exceptionError && this.textOf(exceptionError.error, message);
    if (error !== undefined) fail(frame, error);
    if ((error === undefined || error === "execution reverted") && returnValue.length > 0) {
      frame.output = toHex(returnValue);
      const reason = error === undefined ? undefined : builtinRevert(returnValue)?.reason;
      if (reason) frame.revertReason = reason;
    }
    if (error === undefined && this.ending !== undefined) frame.calls.push(this.ending);
    this.ending = undefined;
    const above = this.open.at(-1);
    if (above === undefined) this.done = frame;
    else above.calls.push(frame);
    this.last = undefined;
    next?.();
  };

  private textOf(error: string, { code }: Message): string {
    if (error === "invalid opcode" && this.last !== undefined && code instanceof Uint8Array) {
      const opcode = code[this.last.pc] ?? 0;
      return opcode === INVALID
        ? `${error}: INVALID`
        : `${error}: opcode 0x${opcode.toString(16)} not defined`;
    }
    const start = Object.keys(GETH_TEXTS).find((text) => error.startsWith(text));
    return start === undefined ? error : (GETH_TEXTS[start] as string);
  }
}

/** Failure of a frame: it undoes logs, also of calls within, and the address of a creation. */
function fail(frame: EthereumCall, error: string): void {
  frame.error = error;
  if (frame.type.startsWith("CREATE")) delete frame.to;
  dropLogs(frame);
}

function dropLogs(frame: EthereumCall): void {
  frame.logs.length = 0;
  frame.calls.forEach(dropLogs);
}

function ending({ address, account }: InterpreterStep, heir: string): EthereumCall {
  return leaf("SELFDESTRUCT", address.toString(), heir, account.balance);
}

function leaf(type: string, from: string, to: string, value: bigint): EthereumCall {
  const empty = { input: "0x", calls: [], logs: [], isSilent: false };
  return { type, from, to, value: quantity(value), ...empty };
}

function memoryOf({ memory }: InterpreterStep, start: bigint, size: bigint): Uint8Array {
  const bytes = new Uint8Array(Number(size));
  bytes.set(memory.subarray(Number(start), Number(start + size)));
  return bytes;
}

function quantity(value: bigint): string {
  return `0x${value.toString(16)}`;
}

function word(value: bigint): string {
  return `0x${value.toString(16).padStart(64, "0")}`;
}

/** The last 20 bytes of a word. */
function addressOf(value: bigint): string {
  return `0x${word(value).slice(-40)}`;
}
