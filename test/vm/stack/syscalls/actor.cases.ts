import { secpKey } from "../../../support/keys.js";
import { BUFFER, type Case, IN, illegal, OUT, refused } from "./case.js";

const noActor = refused(6, "actor not found");
const noType = illegal("tried to resolve CID of unrecognized actor type");
const smallForCid = refused(12, "cid output buffer is too small");

export const actor: Case[] = [
  [
    "actor.resolve_address: key and ID addresses",
    (s, net) =>
      s
        .write(IN, net.alice.address)
        .call("actor.resolve_address", OUT, IN, 21)
        .read(OUT, 8)
        .write(IN, Uint8Array.of(0, 0xff, 0x7f))
        .call("actor.resolve_address", OUT, IN, 3)
        .read(OUT, 8),
    (net) => [0, BigInt(net.id("alice")), 0, 16383n],
  ],
  [
    "actor.resolve_address: unknown",
    (s) => s.write(IN, secpKey(77).address).call("actor.resolve_address", OUT, IN, 21),
    () => [noActor],
  ],
  [
    "actor.resolve_address: malformed",
    (s) => s.fill(IN, 9, 3).call("actor.resolve_address", OUT, IN, 3),
    () => [illegal("Unknown address protocol")],
  ],
  [
    "actor.get_actor_code_cid",
    (s, net) =>
      s
        .call("actor.get_actor_code_cid", OUT, net.id("token"), BUFFER, 38)
        .read(BUFFER, 38)
        .call("actor.get_actor_code_cid", OUT, net.id("token"), BUFFER, 37)
        .call("actor.get_actor_code_cid", OUT, 123456, BUFFER, 38),
    (net) => [0, net.code("token"), smallForCid, noActor],
  ],
  [
    "actor.lookup_delegated_address",
    (s, net) =>
      s
        .call("actor.lookup_delegated_address", OUT, net.id("eve"), BUFFER, 22)
        .read(OUT, 4)
        .read(BUFFER, 22)
        .call("actor.lookup_delegated_address", OUT, net.id("eve"), BUFFER, 21)
        .call("actor.lookup_delegated_address", OUT, net.id("alice"), BUFFER, 0)
        .read(OUT, 4)
        .call("actor.lookup_delegated_address", OUT, 123456, BUFFER, 22),
    (net) => [0, 22, net.eve.address, refused(12, "address output buffer is too small"), 0, 0, noActor],
  ],
  [
    "actor.balance_of",
    (s, net) =>
      s.call("actor.balance_of", OUT, net.id("script")).read(OUT, 16).call("actor.balance_of", OUT, -1n),
    () => [0, 1000n, 0n, noActor],
  ],
  [
    "actor.next_actor_address",
    (s) =>
      s
        .call("actor.next_actor_address", OUT, BUFFER, 21)
        .read(OUT, 4)
        .read(BUFFER, 1)
        .call("actor.next_actor_address", OUT, BUFFER, 20),
    () => [0, 21, Uint8Array.of(2), refused(12, "output buffer must have a minimum capacity of 21 bytes")],
  ],
  [
    "actor.create_actor: only f01 may",
    (s, net) => s.write(IN, net.code("token")).call("actor.create_actor", 5000, IN, 0, 0),
    (net) => [refused(11, `create_actor is restricted to InitActor. Called by ${net.id("script")}`)],
  ],
  [
    "actor.create_actor: bad address",
    (s, net) => s.write(IN, net.code("token")).call("actor.create_actor", 5000, IN, IN, 5),
    () => [illegal("Invalid payload length: 4")],
  ],
  [
    "actor.get_builtin_actor_type",
    (s, net) =>
      s
        .write(IN, net.code("account"))
        .call("actor.get_builtin_actor_type", OUT, IN)
        .read(OUT, 4)
        .write(IN, net.code("script"))
        .call("actor.get_builtin_actor_type", OUT, IN)
        .read(OUT, 4),
    (net) => [0, net.typeOf("account"), 0, 0],
  ],
  [
    "actor.get_code_cid_for_type",
    (s, net) =>
      s
        .call("actor.get_code_cid_for_type", OUT, net.typeOf("account"), BUFFER, 38)
        .read(BUFFER, 38)
        .call("actor.get_code_cid_for_type", OUT, net.typeOf("account"), BUFFER, 37)
        .call("actor.get_code_cid_for_type", OUT, 99, BUFFER, 38)
        .call("actor.get_code_cid_for_type", OUT, 0, BUFFER, 38),
    (net) => [0, net.code("account"), smallForCid, noType, noType],
  ],
];
