import { ADDRESS_PROTOCOL, type Address, addressProtocol, idAddress } from "../address/address.js";
import { formatAddress } from "../address/text.js";
import { exitCodeText } from "../builtin/exit-codes.js";
import { FvmError } from "../errors.js";
import { BLOCK_GAS_LIMIT } from "../message/gas.js";
import { type Message, storedLength } from "../message/message.js";
import { noBytes } from "../util/bytes.js";
import { addSat } from "../util/u64.js";
import { type ApplyKind, type ApplyResult, isSenderRefused } from "../vm/executor/apply-result.js";
import type { Machine } from "../vm/machine/machine.js";
import type { ActorId, ActorState } from "../vm/state-tree/actor-state.js";
import { SingletonId } from "../vm/state-tree/actor-state.js";
import type { MessageTrace } from "../vm/trace/trace.js";
import { isF410 } from "./amend.js";
import type { WholeMessage } from "./message.js";
import { signerOf } from "./signer.js";

/** Result of a simulated message. */
export interface SimulatedResult extends ApplyResult {
  /** As it was executed, with all that was filled in. */
  readonly message: Message;
  /** `implicit`: on behalf of an actor that sends no messages of its own, such as a contract. */
  readonly kind: ApplyKind;
  /** Only if it was asked for. */
  readonly trace: MessageTrace | undefined;
}

/** Details to tell about messages, and the signal that may end them. */
export interface RunOptions {
  readonly trace: boolean;
  readonly changes: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Executes simulated messages on a machine, whoever sends them. */
export class SimulationRun {
  /** Messages on behalf of each sender, by ID, which leave its nonce as it is. */
  private readonly sent = new Map<ActorId, number>();

  constructor(
    private readonly machine: Machine,
    private readonly options: RunOptions,
  ) {}

  /**
   * Executes a message of any sender. One who does not exist becomes a placeholder or an account first, as if something
   * had been sent there before. One who sends no messages, such as a contract, sends this one without paying for gas.
   *
   * Throws `FvmError` INVALID_MESSAGE if there is no sender and none can be made, and as `Machine.execute`.
   */
  async execute(whole: WholeMessage): Promise<SimulatedResult> {
    const { from } = whole.message;
    const sender = await this.sender(from);
    const nonce = whole.hasNonce ? whole.message.nonce : addSat(sender.nonce, await this.sentBy(from));
    const message = { ...whole.message, nonce };
    const rawLength = whole.rawLength ?? storedLength(message, await this.signerOf(from));
    const result = await this.apply(message, "explicit", rawLength);
    if (!isSenderRefused(result)) return result;
    const id = await this.machine.resolveAddress(from, this.waiting);
    if (id !== undefined) this.sent.set(id, (await this.sentBy(from)) + 1);
    return this.apply(message, "implicit", rawLength);
  }

  signerOf(from: Address): Promise<Address> {
    return signerOf(this.machine, from, this.options.signal);
  }

  /** With another nonce, a contract's second message is not taken for a part of its first one. */
  private async sentBy(from: Address): Promise<number> {
    if (this.sent.size === 0) return 0;
    const id = await this.machine.resolveAddress(from, this.waiting);
    return (id !== undefined && this.sent.get(id)) || 0;
  }

  private async sender(from: Address): Promise<ActorState> {
    const { machine } = this;
    const wait = this.waiting;
    const known = await machine.getActor(from, wait);
    if (known !== undefined) return known;
    if (!canBeMade(from)) throw noSender(from, "none can be made for such an address");
    const created = await machine.execute(creation(from), { kind: "implicit", ...wait });
    const made = await machine.getActor(from, wait);
    if (made === undefined)
      throw noSender(from, `making it ends with exit code ${exitCodeText(created.receipt.exitCode)}`);
    return made;
  }

  private async apply(message: Message, kind: ApplyKind, rawLength: number): Promise<SimulatedResult> {
    const { trace, changes } = this.options;
    const options = { kind, changes, rawLength, ...this.waiting };
    if (!trace) return simulated(await this.machine.execute(message, options), { message, kind });
    const result = await this.machine.execute(message, { ...options, trace });
    return simulated(result, { message, kind, trace: result.trace });
  }

  private get waiting(): { readonly signal?: AbortSignal } {
    const { signal } = this.options;
    return signal === undefined ? {} : { signal };
  }
}

/** Each field by its name: a spread costs as much as a message's preflight. */
function simulated(
  result: ApplyResult,
  { message, kind, trace }: Pick<SimulatedResult, "message" | "kind"> & { readonly trace?: MessageTrace },
): SimulatedResult {
  const { receipt, penalty, minerTip, baseFeeBurn, overEstimationBurn, refund, gasRefund, gasBurned } =
    result;
  const { failure, events, invocations, returnCodec, changes } = result;
  return {
    receipt,
    penalty,
    minerTip,
    baseFeeBurn,
    overEstimationBurn,
    refund,
    gasRefund,
    gasBurned,
    failure,
    events,
    invocations,
    returnCodec,
    changes,
    message,
    kind,
    trace,
  };
}

function canBeMade(address: Address): boolean {
  const protocol = addressProtocol(address);
  return protocol === ADDRESS_PROTOCOL.SECP256K1 || protocol === ADDRESS_PROTOCOL.BLS || isF410(address);
}

/** Message that makes the actor of an address that nobody has yet: it sends nothing there. */
function creation(to: Address): Message {
  return {
    version: 0,
    from: idAddress(SingletonId.System),
    to,
    nonce: 0,
    value: 0n,
    gasLimit: BLOCK_GAS_LIMIT,
    gasFeeCap: 0n,
    gasPremium: 0n,
    method: 0,
    params: noBytes(),
  };
}

function noSender(from: Address, reason: string): FvmError {
  const text = `there is no actor ${formatAddress(from)}, and ${reason}`;
  return new FvmError("INVALID_MESSAGE", { field: "from", reason: text });
}
