// vm.*, network.*, gas.*, debug.*: context, exits and gas.
#include "syscalls.h"

namespace fvm {
namespace {

constexpr size_t kMessageContextBytes = 80;
constexpr size_t kInvocationContextBytes = 52;

bool is_utf8(ByteSpan text) {
  for (size_t i = 0; i < text.size();) {
    const uint8_t lead = text[i];
    const size_t size = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    if (size == 0 || size > text.size() - i) return false;
    for (size_t k = 1; k < size; k++) {
      if ((text[i + k] & 0xc0) != 0x80) return false;
    }
    const uint8_t second = size > 1 ? text[i + 1] : 0;
    // Overlong forms, surrogates and what lies above U+10FFFF.
    if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) || (lead == 0xf0 && second < 0x90) ||
        (lead == 0xf4 && second > 0x8f)) {
      return false;
    }
    i += size;
  }
  return true;
}

// The message is for people: never an error, shortened if long (reference: syscalls/vm.rs).
std::string exit_message(const GuestMemory& memory, uint32_t offset, uint32_t length) {
  constexpr size_t kLongest = 1024;
  if (length == 0) return {};
  if (!memory.holds(offset, length)) return "(the exit message lies outside of the memory)";
  const auto text = [&](size_t from, size_t count) {
    return std::string(reinterpret_cast<char*>(memory.base) + offset + from, count);
  };
  if (length <= kLongest) return text(0, length);
  return text(0, kLongest / 2) + " (...) " + text(length - kLongest / 2, kLongest / 2);
}

Step copy_out(ByteSpan bytes, uint8_t* out) {
  std::memcpy(out, bytes.data(), bytes.size());
  return Step::done();
}

}  // namespace

Step vm_exit(Frame& frame, const Raw* args, uint8_t*) {
  auto code = static_cast<uint32_t>(args[0]);
  const auto handle = static_cast<uint32_t>(args[1]);
  std::string message = exit_message(frame.memory(), static_cast<uint32_t>(args[2]), static_cast<uint32_t>(args[3]));
  if (code != 0 && code < kFirstUserExitCode) code = kExitIllegalExitCode;
  BlockPtr block;
  if (handle != 0) {
    const BlockPtr* found = frame.registry().find(handle);
    if (!found) {
      frame.fatal("the exit data's block does not exist");
      return Step::abort();
    }
    block = *found;
  }
  frame.exit_with(code, std::move(block), std::move(message));
  return Step::abort();
}

Step vm_abort(Frame& frame, const Raw* args, uint8_t*) {
  auto code = static_cast<uint32_t>(args[0]);
  std::string message = exit_message(frame.memory(), static_cast<uint32_t>(args[1]), static_cast<uint32_t>(args[2]));
  if (code < kFirstUserExitCode && (code != 0 || frame.stack().config.rules.exitZeroRefused)) {
    code = kExitIllegalExitCode;
  }
  frame.exit_with(code, nullptr, std::move(message));
  return Step::abort();
}

Step vm_message_context(Frame& frame, const Raw*, uint8_t* out) {
  std::memcpy(out, frame.context(), kMessageContextBytes);
  return Step::done();
}

Step vm_context(Frame& frame, const Raw*, uint8_t* out) {
  std::memcpy(out, frame.context(), kInvocationContextBytes);
  return Step::done();
}

Step network_context(Frame& frame, const Raw*, uint8_t* out) {
  return copy_out(frame.stack().machine.network_context, out);
}

Step network_base_fee(Frame& frame, const Raw*, uint8_t* out) {
  return copy_out(frame.stack().machine.base_fee, out);
}

Step network_total_fil_circ_supply(Frame& frame, const Raw*, uint8_t* out) {
  return copy_out(frame.stack().machine.circulating_supply, out);
}

Step gas_charge(Frame& frame, const Raw* args, uint8_t*) {
  const auto offset = static_cast<uint32_t>(args[0]);
  const auto length = static_cast<uint32_t>(args[1]);
  const GuestMemory memory = frame.memory();
  if (!memory.holds(offset, length) || !is_utf8(memory.span(offset, length))) {
    return Step::fail(Errno::kIllegalArgument);
  }
  const bool is_signed = frame.stack().config.rules.signedGasCharge;
  const Milligas amount = is_signed ? Milligas{static_cast<int64_t>(args[2])} : Milligas{args[2]};
  return frame.stack().gas.charge(amount * kMilligasPerGas) ? Step::done() : Step::out_of_gas();
}

Step gas_available(Frame& frame, const Raw*, uint8_t* out) {
  const int64_t milligas = frame.stack().gas.available();
  int64_t gas = milligas / kMilligasPerGas;
  if (milligas % kMilligasPerGas < 0) gas--;
  write_u64(out, static_cast<uint64_t>(gas));
  return Step::done();
}

Step debug_enabled(Frame&, const Raw*, uint8_t* out) {
  constexpr uint32_t kOff = 0xffff'ffff;  // -1
  write_u32(out, kOff);
  return Step::done();
}

Step debug_ignore(Frame&, const Raw*, uint8_t*) { return Step::done(); }

}  // namespace fvm
