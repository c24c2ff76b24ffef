import type { Address } from "../../address/address.js";
import type { Blocks } from "../../blockstore/blocks.js";
import type { Cid } from "../../encoding/cid.js";
import type { StampedEvent } from "../../message/event.js";
import { type NativeStack, Word } from "../../native/addon.js";
import type { Calls, Send } from "../kernel/context.js";
import type { ActorId, ActorState } from "../state-tree/actor-state.js";
import type { Recorder } from "../trace/recorder.js";
import { Call, NO_PARAMS } from "./call.js";
import type { CallStack } from "./call-stack.js";
import type { ChargedState } from "./charged-state.js";
import type { MessageScope } from "./message-scope.js";

/** The call manager as syscall handlers see it. */
export class KernelCalls implements Calls {
  constructor(
    private readonly calls: CallStack,
    private readonly state: ChargedState,
    private readonly stack: NativeStack,
    /** Those of the control block. */
    private readonly words: Uint32Array,
    private readonly blocks: Blocks,
    private readonly recorder: Recorder | undefined,
  ) {}

  get message(): MessageScope {
    return this.calls.scope;
  }

  resolveAddress(address: Address): ActorId | undefined {
    return this.state.resolveAddress(address);
  }

  getActor(id: ActorId): ActorState | undefined {
    return this.state.getActor(id);
  }

  getRootActor(id: ActorId): ActorState | undefined {
    return this.state.getRootActor(id);
  }

  getBalance(id: ActorId): bigint | undefined {
    return this.state.getBalance(id);
  }

  setActor(id: ActorId, actor: ActorState): void {
    this.state.setActor(id, actor);
  }

  deleteActor(id: ActorId): void {
    this.state.deleteActor(id);
  }

  transfer(from: ActorId, to: ActorId, attoFil: bigint): void {
    this.state.transfer(from, to, attoFil);
  }

  createActor(code: Cid, id: ActorId, delegatedAddress: Address | undefined): void {
    this.state.createActor(code, id, delegatedAddress);
    this.message.actorsCreated++;
  }

  appendEvent(event: StampedEvent): void {
    this.message.events.push(event);
    this.recorder?.event(event);
  }

  noteLog(text: string): void {
    this.recorder?.note({ kind: "log", text });
  }

  send({ to, method, params, value, gasLimit, readOnly }: Send): void {
    const sender = this.calls.top as Call;
    const links = this.words[Word.PARAMS_LINKS] as number;
    const block = params === 0 ? NO_PARAMS : { handle: params, links, block: undefined };
    this.calls.open(new Call(sender.actorId, to, method, block, value, gasLimit, readOnly, false));
  }

  isReachable(cid: Cid): boolean {
    return this.stack.isReachable(cid);
  }

  hasBlock(handle: number): boolean {
    return this.stack.hasBlock(handle);
  }

  getBlock(cid: Cid): Uint8Array {
    return this.blocks.get(cid);
  }
}
