// self.* and actor.*, as far as C++ knows the answers: what JavaScript has lent of the running actor, its
// caller's code, and which codes are builtin (reference: kernel/default.rs, `SelfOps` and `ActorOps`).
#include "syscalls.h"

namespace fvm {
namespace {

// An answer of variable length, for a buffer that lies within memory.
Step answer(Frame& frame, ByteSpan bytes, uint32_t offset, uint32_t room, uint8_t* out) {
  if (bytes.size() > room) return Step::fail(Errno::kBufferTooSmall);
  if (!bytes.empty()) std::memcpy(frame.memory().base + offset, bytes.data(), bytes.size());
  write_u32(out, static_cast<uint32_t>(bytes.size()));
  return Step::done();
}

// The same for a pointer and a length that are not checked yet.
Step checked_answer(Frame& frame, ByteSpan bytes, const Raw* buffer, uint8_t* out) {
  const auto offset = static_cast<uint32_t>(buffer[0]);
  const auto room = static_cast<uint32_t>(buffer[1]);
  if (!frame.memory().holds(offset, room)) return Step::fail(Errno::kIllegalArgument);
  return answer(frame, bytes, offset, room, out);
}

// A CID argument: a pointer without a length.
std::optional<Cid> cid_argument(const GuestMemory& memory, Raw pointer) {
  const auto offset = static_cast<uint32_t>(pointer);
  if (!memory.holds(offset, 0)) return std::nullopt;
  const auto parts = parse_cid(memory.span(offset, memory.size - offset));
  if (!parts) return std::nullopt;
  return normal_form(*parts);
}

}  // namespace

Step self_root(Frame& frame, const Raw* args, uint8_t* out) {
  const Actor& actor = frame.actor();
  if (actor.access < ActorAccess::kRead) return Step::ask();
  const auto offset = static_cast<uint32_t>(args[0]);
  const auto room = static_cast<uint32_t>(args[1]);
  const CallStack& stack = frame.stack();
  if (!frame.memory().holds(offset, room)) return Step::fail(Errno::kIllegalArgument);
  if (!frame.stack().gas.charge(stack.config.prices.getRoot)) return Step::out_of_gas();
  if (stack.config.rules.trackLinks) frame.registry().reachable().add_copy(actor.root);
  return answer(frame, actor.root.bytes(), offset, room, out);
}

Step self_set_root(Frame& frame, const Raw* args, uint8_t*) {
  Actor& actor = frame.actor();
  if (actor.access < ActorAccess::kUpdate) return Step::ask();
  const auto root = cid_argument(frame.memory(), args[0]);
  if (!root) return Step::fail(Errno::kIllegalArgument);
  const KernelConfig& config = frame.stack().config;
  // JavaScript has the text for people.
  if (config.rules.trackLinks && !frame.registry().reachable().contains(*root)) return Step::ask();
  const int64_t update = actor.access == ActorAccess::kUpdated ? 0 : config.prices.actorUpdate;
  if (!frame.stack().gas.charge(config.prices.setRoot) || !frame.stack().gas.charge(update)) {
    return Step::out_of_gas();
  }
  actor.root = *root;
  actor.root_set = true;
  actor.access = ActorAccess::kUpdated;
  return Step::done();
}

Step self_current_balance(Frame& frame, const Raw*, uint8_t* out) {
  const Actor& actor = frame.actor();
  if (actor.access < ActorAccess::kRead) return Step::ask();
  std::memcpy(out, actor.balance.data(), actor.balance.size());
  return Step::done();
}

Step actor_get_actor_code_cid(Frame& frame, const Raw* args, uint8_t* out) {
  const auto& caller = frame.caller();
  if (!caller || args[0] != frame.caller_id()) return Step::ask();
  return checked_answer(frame, caller->code.bytes(), args + 1, out);
}

Step actor_lookup_delegated_address(Frame& frame, const Raw* args, uint8_t* out) {
  const auto& caller = frame.caller();
  if (caller && args[0] == frame.caller_id()) return checked_answer(frame, caller->address.bytes(), args + 1, out);
  const Actor& actor = frame.actor();
  if (actor.access < ActorAccess::kRead || args[0] != frame.actor_id()) return Step::ask();
  return checked_answer(frame, actor.address.bytes(), args + 1, out);
}

Step actor_get_builtin_actor_type(Frame& frame, const Raw* args, uint8_t* out) {
  const auto code = cid_argument(frame.memory(), args[0]);
  if (!code) return Step::fail(Errno::kIllegalArgument);
  write_u32(out, frame.stack().types->of(*code));
  return Step::done();
}

}  // namespace fvm
