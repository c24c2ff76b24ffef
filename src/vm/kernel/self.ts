import { cidText } from "../../encoding/cid.js";
import { ErrorNumber, Fatal, OutOfGas, SyscallError } from "../../message/outcome.js";
import { onDeleteActor, onGetRoot, onResolveAddress, onSelfBalance, onSetRoot } from "../gas/charges.js";
import { SingletonId, withState } from "../state-tree/actor-state.js";
import type { SyscallContext } from "./context.js";
import { addressArgument, noteFree, refuseReadOnly } from "./handler-tools.js";

/** The actor's own state and balance. Source: fvm/src/kernel/default.rs, `SelfOps`. */
export const self = {
  "self.root"(context: SyscallContext): void {
    const { call, frame, gas, prices, answer, network } = context;
    if (network.rules.native.trackLinks) gas.apply(onGetRoot(prices));
    const actor = call.getRootActor(frame.actorId);
    if (actor === undefined) throw deleted("state root requested after actor deletion");
    answer.latin1(actor.state);
  },

  "self.set_root"(context: SyscallContext): void {
    const { call, frame, gas, prices, args, answer, network } = context;
    const root = args.cid(0);
    refuseReadOnly(context, "cannot update the state-root while read-only");
    const { trackLinks } = network.rules.native;
    if (trackLinks) gas.apply(onSetRoot(prices));
    if (trackLinks && !call.isReachable(root)) {
      throw new SyscallError(ErrorNumber.NotFound, () => `new root cid not reachable: ${cidText(root)}`);
    }
    const actor = call.getRootActor(frame.actorId);
    if (actor === undefined) throw deleted("actor deleted");
    call.setActor(frame.actorId, withState(actor, root));
    answer.none();
  },

  "self.current_balance"(context: SyscallContext): void {
    context.answer.token(currentBalance(context));
  },

  /** Up to network version 20: what is left goes to a beneficiary. */
  "self.self_destruct[beneficiary]"(context: SyscallContext): void {
    const { call, frame, gas, prices, answer } = context;
    const beneficiary = addressArgument(context, 0);
    refuseReadOnly(context, SELF_DESTRUCT_READ_ONLY);
    gas.apply(onDeleteActor(prices));
    const balance = currentBalance(context);
    if (balance !== 0n) {
      noteFree(context, onResolveAddress);
      const id = call.resolveAddress(beneficiary);
      if (id === undefined) throw new SyscallError(ErrorNumber.NotFound, "actor not found");
      if (id === frame.actorId) {
        throw new SyscallError(ErrorNumber.Forbidden, "benefactor cannot be beneficiary");
      }
      call.transfer(frame.actorId, id, balance);
    }
    call.deleteActor(frame.actorId);
    answer.none();
  },

  /** From network version 21 on: what is left is burnt, if the actor says so. */
  "self.self_destruct"(context: SyscallContext): void {
    const { call, frame, gas, prices, answer, args } = context;
    refuseReadOnly(context, SELF_DESTRUCT_READ_ONLY);
    gas.apply(onDeleteActor(prices));
    const balance = currentBalance(context);
    if (balance !== 0n) {
      if (args.u32(0) === 0) {
        throw new SyscallError(ErrorNumber.IllegalOperation, "self-destruct with unspent funds");
      }
      burn(context, balance);
    }
    call.deleteActor(frame.actorId);
    answer.none();
  },
} as const;

const SELF_DESTRUCT_READ_ONLY = "cannot self-destruct when read-only";

/** Balance of the running actor; 0 if it has deleted itself. */
function currentBalance(context: SyscallContext): bigint {
  noteFree(context, onSelfBalance);
  return context.call.getBalance(context.frame.actorId) ?? 0n;
}

/** Burns a balance. A failure, even for want of gas, is fatal in the reference. */
function burn({ call, frame }: SyscallContext, balance: bigint): void {
  try {
    call.transfer(frame.actorId, SingletonId.BurntFunds, balance);
  } catch (error) {
    if (error instanceof OutOfGas) throw new Fatal("out of gas");
    if (error instanceof SyscallError) throw new Fatal(error.text);
    throw error;
  }
}

function deleted(text: string): SyscallError {
  return new SyscallError(ErrorNumber.IllegalOperation, text);
}
