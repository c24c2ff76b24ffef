/** The system calls by the numbers that scripts give them (`test/support/script.ts` has the names). */
import * as actor from "./syscalls/actor";
import * as crypto from "./syscalls/crypto";
import * as debug from "./syscalls/debug";
import * as event from "./syscalls/event";
import * as gas from "./syscalls/gas";
import * as ipld from "./syscalls/ipld";
import * as network from "./syscalls/network";
import * as event18 from "./syscalls/nv18/event";
import * as rand18 from "./syscalls/nv18/rand";
import * as self18 from "./syscalls/nv18/self";
import * as rand from "./syscalls/rand";
import * as self from "./syscalls/self";
import * as send from "./syscalls/send";
import * as vm from "./syscalls/vm";

/** Arguments are all 8 bytes; 4-byte parameters take the low half. */
// prettier-ignore
export function syscall(number: u8, a: usize): u32 {
  switch (number) {
    case 0:
      return vm.exit(u(a, 0), u(a, 1), u(a, 2), u(a, 3));
    case 1:
      return vm.message_context(u(a, 0));
    case 2:
      return network.context(u(a, 0));
    case 3:
      return network.tipset_cid(u(a, 0), d(a, 1), u(a, 2), u(a, 3));
    case 4:
      return network.total_fil_circ_supply(u(a, 0));
    case 5:
      return ipld.block_open(u(a, 0), u(a, 1));
    case 6:
      return ipld.block_create(u(a, 0), d(a, 1), u(a, 2), u(a, 3));
    case 7:
      return ipld.block_read(u(a, 0), u(a, 1), u(a, 2), u(a, 3), u(a, 4));
    case 8:
      return ipld.block_stat(u(a, 0), u(a, 1));
    case 9:
      return ipld.block_link(u(a, 0), u(a, 1), d(a, 2), u(a, 3), u(a, 4), u(a, 5));
    case 10:
      return self.root(u(a, 0), u(a, 1), u(a, 2));
    case 11:
      return self.set_root(u(a, 0));
    case 12:
      return self.current_balance(u(a, 0));
    case 13:
      return FVM < 21 ? self18.self_destruct(u(a, 0), u(a, 1)) : self.self_destruct(u(a, 0));
    case 14:
      return actor.resolve_address(u(a, 0), u(a, 1), u(a, 2));
    case 15:
      return actor.get_actor_code_cid(u(a, 0), d(a, 1), u(a, 2), u(a, 3));
    case 16:
      return actor.lookup_delegated_address(u(a, 0), d(a, 1), u(a, 2), u(a, 3));
    case 17:
      return actor.balance_of(u(a, 0), d(a, 1));
    case 18:
      return actor.next_actor_address(u(a, 0), u(a, 1), u(a, 2));
    case 19:
      return actor.create_actor(d(a, 0), u(a, 1), u(a, 2), u(a, 3));
    case 20:
      return actor.get_builtin_actor_type(u(a, 0), u(a, 1));
    case 21:
      return actor.get_code_cid_for_type(u(a, 0), u(a, 1), u(a, 2), u(a, 3));
    case 22:
      return crypto.hash(u(a, 0), d(a, 1), u(a, 2), u(a, 3), u(a, 4), u(a, 5));
    case 23:
      return crypto.recover_secp_public_key(u(a, 0), u(a, 1), u(a, 2));
    case 24:
      return crypto.verify_signature(u(a, 0), u(a, 1), u(a, 2), u(a, 3), u(a, 4), u(a, 5), u(a, 6), u(a, 7));
    case 25:
      return FVM < 21 ? 0 : crypto.verify_bls_aggregate(u(a, 0), u(a, 1), u(a, 2), u(a, 3), u(a, 4), u(a, 5));
    case 26:
      return crypto.compute_unsealed_sector_cid(u(a, 0), d(a, 1), u(a, 2), u(a, 3), u(a, 4), u(a, 5));
    case 27:
      return crypto.verify_post(u(a, 0), u(a, 1), u(a, 2));
    case 28:
      return crypto.verify_consensus_fault(u(a, 0), u(a, 1), u(a, 2), u(a, 3), u(a, 4), u(a, 5), u(a, 6));
    case 29:
      return crypto.verify_aggregate_seals(u(a, 0), u(a, 1), u(a, 2));
    case 30:
      return crypto.verify_replica_update(u(a, 0), u(a, 1), u(a, 2));
    case 31:
      return crypto.batch_verify_seals(u(a, 0), u(a, 1), u(a, 2));
    case 32:
      return FVM < 21
        ? event18.emit_event(u(a, 0), u(a, 1))
        : event.emit_event(u(a, 0), u(a, 1), u(a, 2), u(a, 3), u(a, 4), u(a, 5));
    case 33:
      return FVM < 21
        ? rand18.get_chain_randomness(u(a, 0), d(a, 1), d(a, 2), u(a, 3), u(a, 4))
        : rand.get_chain_randomness(u(a, 0), d(a, 1));
    case 34:
      return FVM < 21
        ? rand18.get_beacon_randomness(u(a, 0), d(a, 1), d(a, 2), u(a, 3), u(a, 4))
        : rand.get_beacon_randomness(u(a, 0), d(a, 1));
    case 35:
      return gas.charge(u(a, 0), u(a, 1), d(a, 2));
    case 36:
      return gas.available(u(a, 0));
    case 37:
      return send.send(u(a, 0), u(a, 1), u(a, 2), d(a, 3), u(a, 4), d(a, 5), d(a, 6), d(a, 7), d(a, 8));
    case 38:
      return debug.log(u(a, 0), u(a, 1));
    case 39:
      return debug.enabled(u(a, 0));
    case 40:
      return debug.store_artifact(u(a, 0), u(a, 1), u(a, 2), u(a, 3));
    default:
      return unknown();
  }
}

function u(args: usize, index: u32): u32 {
  return load<u32>(args + 8 * index);
}

function d(args: usize, index: u32): u64 {
  return load<u64>(args + 8 * index);
}

function unknown(): u32 {
  unreachable();
  return 0;
}
