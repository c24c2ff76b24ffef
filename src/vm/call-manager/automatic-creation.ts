import {
  ADDRESS_PROTOCOL,
  type Address,
  addressProtocol,
  BLS_ZERO_ADDRESS,
  delegatedParts,
} from "../../address/address.js";
import { formatAddress } from "../../address/text.js";
import type { Cid } from "../../encoding/cid.js";
import { CborWriter } from "../../ipld/cbor.js";
import { METHOD_CONSTRUCTOR } from "../../message/methods.js";
import { ErrorNumber, SyscallError } from "../../message/outcome.js";
import { onCreateActor } from "../gas/charges.js";
import type { PriceList } from "../gas/price-list.js";
import type { GasTracker } from "../gas/tracker.js";
import type { CallRules } from "../network/rules.js";
import { type ActorId, emptyActor, SingletonId } from "../state-tree/actor-state.js";
import type { Manifest } from "../state-tree/manifest.js";
import { Call, stagedParams } from "./call.js";
import type { ChargedState } from "./charged-state.js";

/** Creates actors because somebody sends to their address. Source: fvm/src/call_manager/default.rs. */
export class AutomaticCreation {
  constructor(
    private readonly rules: CallRules,
    private readonly prices: PriceList,
    private readonly state: ChargedState,
    private readonly manifest: Manifest,
  ) {}

  /**
   * Creates the receiver of a call to an address that nobody has, and sets the call's actor.
   * Returns the call of its constructor, if it has one.
   */
  create(call: Call, gas: GasTracker): Call | undefined {
    const protocol = addressProtocol(call.to);
    if (protocol === ADDRESS_PROTOCOL.SECP256K1 || protocol === ADDRESS_PROTOCOL.BLS) {
      return this.createAccount(call, gas);
    }
    if (this.rules.createsPlaceholders && delegatedParts(call.to)?.namespace === SingletonId.Eam) {
      this.createPlaceholder(call, gas);
      return undefined;
    }
    const text = () => `actor does not exist or cannot be created: ${formatAddress(call.to)}`;
    throw new SyscallError(ErrorNumber.NotFound, text);
  }

  private createAccount(call: Call, gas: GasTracker): Call {
    refuseReadOnly(call);
    const { to } = call;
    if (this.rules.chargesCreationFirst) gas.apply(onCreateActor(this.prices, true));
    if (to === BLS_ZERO_ADDRESS) {
      throw new SyscallError(ErrorNumber.IllegalArgument, "cannot create the bls zero address actor");
    }
    if (!this.rules.chargesCreationFirst) gas.apply(onCreateActor(this.prices, true));
    call.actorId = this.state.assignAddress(to, emptyActor(this.manifest.account, undefined));
    return this.constructorOf(call.actorId, to);
  }

  private createPlaceholder(call: Call, gas: GasTracker): void {
    refuseReadOnly(call);
    gas.apply(onCreateActor(this.prices, true));
    const code = this.manifest.placeholder as Cid;
    call.actorId = this.state.assignAddress(call.to, emptyActor(code, call.to));
  }

  private constructorOf(account: ActorId, address: Address): Call {
    const params = stagedParams(this.rules.constructorCodec, new CborWriter().latin1(address).finish());
    const { System } = SingletonId;
    const call = new Call(System, address, METHOD_CONSTRUCTOR, params, 0n, undefined, false, true);
    call.actorId = account;
    return call;
  }
}

function refuseReadOnly(call: Call): void {
  if (!call.readOnly) return;
  const text = () => `cannot auto-create account ${formatAddress(call.to)} in read-only calls`;
  throw new SyscallError(ErrorNumber.ReadOnly, text);
}
