// self.* and actor.*, as far as C++ knows the answers: what JavaScript has lent of the running actor, its
// caller's code, and which codes are builtin (reference: kernel/default.rs, `SelfOps` and `ActorOps`).
#include "frame_gas.h"
#include "syscalls.h"

namespace fvm {
namespace {

GuestRange buffer_argument(const Raw* args) {
  return {static_cast<uint32_t>(args[0]), static_cast<uint32_t>(args[1])};
}

// Checks the buffer, too. The charge is one of nothing.
SyscallResult answer(Frame& frame, Observed charge, ByteSpan bytes, GuestRange buffer, Reason too_small,
                     uint8_t* out) {
  if (!frame.memory().holds(buffer.offset, buffer.length)) return frame.refuse_buffer(buffer.offset, buffer.length);
  frame.note(charge);
  return frame.answer(bytes, buffer, too_small, out);
}

// Tells JavaScript, which would not know otherwise.
void note_use(Frame& frame, ActorUse use) {
  Control& control = frame.stack().control;
  control.set(word::ACTOR_USED, control.get(word::ACTOR_USED) | static_cast<uint32_t>(use));
}

}  // namespace

SyscallResult self_root(Frame& frame, const Raw* args, uint8_t* out) {
  const Actor& actor = frame.actor();
  if (actor.access < ActorAccess::kRead) return SyscallResult::ask();
  const GuestRange buffer = buffer_argument(args);
  NativeStack& stack = frame.stack();
  if (!frame.memory().holds(buffer.offset, buffer.length)) return frame.refuse_buffer(buffer.offset, buffer.length);
  if (stack.config.rules.trackLinks) {
    if (!stack.gas.charge(Observed::OnActorGetRoot, stack.config.prices.getRoot)) return SyscallResult::out_of_gas();
    frame.registry().reachable().add_copy(actor.root);
  }
  // A root that the actor has set itself is none that was lent.
  if (!actor.root_set) note_use(frame, ActorUse::kRoot);
  return frame.answer(actor.root.bytes(), buffer, Reason::kSmallCidBuffer, out);
}

SyscallResult self_set_root(Frame& frame, const Raw* args, uint8_t*) {
  Actor& actor = frame.actor();
  if (actor.access < ActorAccess::kUpdate) return SyscallResult::ask();
  const auto root = frame.memory().cid(static_cast<uint32_t>(args[0]));
  if (!root) return frame.refuse_cid(static_cast<uint32_t>(args[0]));
  const KernelConfig& config = frame.stack().config;
  GasCounter& gas = frame.stack().gas;
  if (config.rules.trackLinks) {
    if (!gas.charge(Observed::OnActorSetRoot, config.prices.setRoot)) return SyscallResult::out_of_gas();
    if (!frame.registry().reachable().contains(*root)) {
      return frame.refuse_cid(static_cast<uint32_t>(args[0]), Reason::kRootUnreachable);
    }
  }
  if (actor.access != ActorAccess::kUpdated && !gas.charge(Observed::OnActorUpdate, config.prices.actorUpdate)) {
    return SyscallResult::out_of_gas();
  }
  actor.root = *root;
  actor.root_set = true;
  actor.access = ActorAccess::kUpdated;
  return SyscallResult::done();
}

SyscallResult self_current_balance(Frame& frame, const Raw*, uint8_t* out) {
  const Actor& actor = frame.actor();
  if (actor.access < ActorAccess::kRead) return SyscallResult::ask();
  frame.note(Observed::OnSelfBalance);
  note_use(frame, ActorUse::kBalance);
  std::memcpy(out, actor.balance.data(), actor.balance.size());
  return SyscallResult::done();
}

SyscallResult actor_get_actor_code_cid(Frame& frame, const Raw* args, uint8_t* out) {
  const auto& caller = frame.caller();
  if (!caller || args[0] != frame.caller_id()) return SyscallResult::ask();
  return answer(frame, Observed::OnGetActorCodeCid, caller->code.bytes(), buffer_argument(args + 1),
                Reason::kSmallCidBuffer, out);
}

SyscallResult actor_lookup_delegated_address(Frame& frame, const Raw* args, uint8_t* out) {
  const auto reply = [&](const Delegated& address) {
    return answer(frame, Observed::OnLookupAddress, address.bytes(), buffer_argument(args + 1),
                  Reason::kSmallAddressBuffer, out);
  };
  const auto& caller = frame.caller();
  if (caller && args[0] == frame.caller_id()) return reply(caller->address);
  const Actor& actor = frame.actor();
  if (actor.access < ActorAccess::kRead || args[0] != frame.actor_id()) return SyscallResult::ask();
  return reply(actor.address);
}

SyscallResult actor_get_builtin_actor_type(Frame& frame, const Raw* args, uint8_t* out) {
  const auto code = frame.memory().cid(static_cast<uint32_t>(args[0]));
  if (!code) return frame.refuse_cid(static_cast<uint32_t>(args[0]));
  frame.note(Observed::OnGetBuiltinActorType);
  write_u32(out, frame.stack().types->of(*code));
  return SyscallResult::done();
}

}  // namespace fvm
