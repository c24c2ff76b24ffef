import { parseAddressBytes } from "../../address/address.js";
import type { CborReader, CborWriter, Codec } from "../../ipld/cbor.js";
import { readToken, writeToken } from "../../message/token.js";
import type { ActorState } from "./actor-state.js";

/** Actors in state trees of version 5 on (FIP-0048). Source: shared/src/state/mod.rs. */
const current: Codec<ActorState> = {
  encode(actor, writer) {
    writeCommon(actor, writer.array(5));
    if (actor.delegatedAddress === undefined) writer.null();
    else writer.latin1(actor.delegatedAddress);
  },
  decode(reader) {
    reader.tuple(5);
    const { code, state, nonce, balance } = readCommon(reader);
    const delegatedAddress = reader.null()
      ? undefined
      : parseAddressBytes(reader.bytes(), { delegated: true });
    return { code, state, nonce, balance, delegatedAddress };
  },
};

/** In earlier state trees. */
const legacy: Codec<ActorState> = {
  encode: (actor, writer) => writeCommon(actor, writer.array(4)),
  decode(reader) {
    reader.tuple(4);
    const { code, state, nonce, balance } = readCommon(reader);
    return { code, state, nonce, balance, delegatedAddress: undefined };
  },
};

/** How actors are written in a state tree of this version. */
export function actorCodec(treeVersion: number): Codec<ActorState> {
  return treeVersion === 5 ? current : legacy;
}

function writeCommon({ code, state, nonce, balance }: ActorState, writer: CborWriter): void {
  writer.cid(code).cid(state).u64(nonce);
  writeToken(writer, balance);
}

function readCommon(reader: CborReader): Omit<ActorState, "delegatedAddress"> {
  return { code: reader.cid(), state: reader.cid(), nonce: reader.u64(), balance: readToken(reader) };
}
