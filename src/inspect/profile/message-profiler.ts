import type { Address } from "../../address/address.js";
import type { Gas, Milligas } from "../../message/gas.js";
import type { Receipt } from "../../message/receipt.js";
import type { U64 } from "../../util/u64.js";
import type { CallEnd, ObservationOf } from "../../vm/trace/observation.js";
import type { MessageTrace } from "../../vm/trace/trace.js";
import { Amount, minus, plus } from "./amounts.js";
import { Adjustment, INCLUSION_CHARGES, isKnownCharge } from "./categories.js";
import { GasMeter } from "./meter.js";
import { calleeNames } from "./names.js";
import { ProfileTree, quotedName, type TreeNode } from "./tree.js";

/** Options of profiles. */
export interface ProfileOptions {
  /** Whether actors of a type are told apart by their ID. Default: no. */
  readonly byAddress?: boolean;
}

/** A call that has not ended. */
interface OpenCall {
  readonly caller: TreeNode;
  readonly to: Address;
  readonly method: U64;
  /** Known once the receiver is. */
  node: TreeNode | undefined;
  /** Charges before that. */
  readonly early: (readonly [name: string, compute: Milligas, other: Milligas])[];
}

/** Profiles one message. */
export class MessageProfiler {
  readonly tree = new ProfileTree();
  readonly beyondLimit = new Amount();
  readonly #namesOf: ReturnType<typeof calleeNames>;
  readonly #meter: GasMeter;
  readonly #open: OpenCall[] = [];
  #isFatal = false;

  constructor(
    about: Pick<MessageTrace, "message" | "builtins" | "networkVersion">,
    private readonly options: ProfileOptions,
  ) {
    this.#namesOf = calleeNames(about);
    this.#meter = new GasMeter(about.message.gasLimit);
  }

  call({
    to,
    method,
    gasLimit,
  }: {
    readonly to: Address;
    readonly method: U64;
    readonly gasLimit: Gas;
  }): void {
    const caller = this.#open.at(-1);
    const node = caller === undefined ? this.tree.root : this.#known(caller);
    this.#open.push({ caller: node, to, method, node: undefined, early: [] });
    this.#meter.enter(gasLimit);
  }

  callee({ id, state }: Pick<ObservationOf<"callee">, "id" | "state">): void {
    const call = this.#open.at(-1);
    if (call === undefined || call.node !== undefined) return;
    const { type, method } = this.#namesOf(state.code, call.method);
    const address = `f0${id}`;
    const actor = type === undefined ? address : this.options.byAddress ? `${type} ${address}` : type;
    this.#resolve(call, actor, method);
  }

  charge(name: string, compute: Milligas, other: Milligas): void {
    const paid = this.#meter.pay(compute, other);
    this.beyondLimit.add(minus(plus(compute, other), plus(paid.compute, paid.other)));
    const listed = isKnownCharge(name) ? name : this.tree.ownName(quotedName(name));
    const call = this.#open.at(-1);
    if (call === undefined || (this.#open.length === 1 && INCLUSION_CHARGES.has(name))) {
      this.tree.root.charge(listed, paid.compute, paid.other);
    } else if (call.node === undefined) {
      call.early.push([listed, paid.compute, paid.other]);
    } else {
      call.node.charge(listed, paid.compute, paid.other);
    }
  }

  return(end: CallEnd): void {
    const call = this.#open.pop();
    if (call !== undefined) this.#known(call);
    this.#meter.leave();
    if (end.kind === "fatal") this.#isFatal = true;
  }

  /** Settles the difference between charges and receipt. */
  end({ gasUsed }: Receipt): void {
    const { root } = this.tree;
    root.calls++;
    const { used } = this.#meter;
    const left = BigInt(gasUsed) * 1000n - BigInt(used);
    if (left !== 0n) root.charge(this.#adjustment(left), 0, left);
  }

  #adjustment(left: bigint): Adjustment {
    if (this.#isFatal) return Adjustment.Fatal;
    if (this.#meter.used < 0) return Adjustment.Floor;
    return left > 0n && left < 1000n ? Adjustment.Rounding : Adjustment.Forgotten;
  }

  /** The node of a call, be its receiver found or not. */
  #known(call: OpenCall): TreeNode {
    return call.node ?? this.#resolve(call, "(not found)", "");
  }

  #resolve(call: OpenCall, actor: string, method: string): TreeNode {
    const node = this.tree.child(call.caller, actor, method);
    node.calls++;
    for (const charge of call.early) node.charge(...charge);
    call.node = node;
    return node;
  }
}
