/** Lotus's traces as ours, as far as Lotus tells. */
import { type Address, addressId } from "../../src/address/address.js";
import { parseAddress } from "../../src/address/text.js";
import { type Cid, parseCid } from "../../src/encoding/cid.js";
import type { LotusTrace } from "../../src/vm/trace/lotus-trace.js";
import type { ObservedBlock } from "../../src/vm/trace/observation.js";
import type { CallTrace } from "../../src/vm/trace/trace.js";

export function fromLotusTrace(lotus: LotusTrace): CallTrace {
  const { Msg, MsgRct, InvokedActor, GasCharges, Subcalls } = lotus;
  const value = blockOf(MsgRct.Return, MsgRct.ReturnCodec);
  return {
    from: addressId(parseAddress(Msg.From)) as number,
    to: parseAddress(Msg.To),
    value: BigInt(Msg.Value),
    method: Msg.Method,
    params: blockOf(Msg.Params, Msg.ParamsCodec),
    gasLimit: Msg.GasLimit,
    readOnly: Msg.ReadOnly,
    callee: InvokedActor && { id: InvokedActor.Id, state: actorOf(InvokedActor.State), isConstructor: false },
    // In Lotus's traces the order between charges and calls is lost.
    steps: [
      ...(GasCharges ?? []).map(({ Name, cg, tg }) => {
        const compute = 1000 * Math.min(Number(cg), Number(tg));
        return { kind: "charge" as const, name: Name, compute, other: 1000 * Number(tg) - compute };
      }),
      ...(Subcalls ?? []).map((below) => ({ kind: "call" as const, call: fromLotusTrace(below) })),
    ],
    end: { kind: "exit", code: MsgRct.ExitCode, value },
  };
}

function blockOf(base64: string | null, codec: CallTrace["gasLimit"]): ObservedBlock | undefined {
  return Number(codec) === 0
    ? undefined
    : { codec, data: new Uint8Array(Buffer.from(base64 ?? "", "base64")) };
}

function actorOf(state: NonNullable<LotusTrace["InvokedActor"]>["State"]) {
  const { Code, Head, Nonce, Balance, DelegatedAddress } = state;
  const delegatedAddress: Address | undefined = DelegatedAddress ? parseAddress(DelegatedAddress) : undefined;
  return { code: cid(Code), state: cid(Head), nonce: Nonce, balance: BigInt(Balance), delegatedAddress };
}

function cid({ "/": text }: { readonly "/": string }): Cid {
  return parseCid(text);
}
