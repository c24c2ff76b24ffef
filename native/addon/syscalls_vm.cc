// vm.*, network.*, gas.*, debug.*: context, exits and gas.
#include "frame_gas.h"
#include "syscalls.h"

namespace fvm {
namespace {

constexpr size_t kMessageContextBytes = 80;
constexpr size_t kInvocationContextBytes = 52;

// Why a text is no UTF-8, as Rust's `Utf8Error` has it; no reason if it is.
Refusal utf8_fault(ByteSpan text) {
  for (size_t i = 0; i < text.size();) {
    const uint8_t lead = text[i];
    const size_t size = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    if (size == 0) return {Reason::kInvalidUtf8, 1, i};
    for (size_t k = 1; k < size; k++) {
      if (i + k == text.size()) return {Reason::kIncompleteUtf8, 0, i};
      const uint8_t byte = text[i + k];
      // Overlong forms, surrogates and what lies above U+10FFFF.
      const bool excluded = k == 1 && ((lead == 0xe0 && byte < 0xa0) || (lead == 0xed && byte > 0x9f) ||
                                       (lead == 0xf0 && byte < 0x90) || (lead == 0xf4 && byte > 0x8f));
      if ((byte & 0xc0) != 0x80 || excluded) return {Reason::kInvalidUtf8, k, i};
    }
    i += size;
  }
  return {};
}

std::string illegal_exit(uint32_t code) { return "actor aborted with code " + std::to_string(code); }

std::string characters(const GuestMemory& memory, uint32_t offset, uint32_t length) {
  return {reinterpret_cast<const char*>(memory.base) + offset, length};
}

// The message is for people: never an error, shortened if long. JavaScript replaces what is no UTF-8.
std::string exit_message(const GuestMemory& memory, uint32_t offset, uint32_t length) {
  constexpr uint32_t kLongest = 1024;
  constexpr uint32_t kHalf = kLongest / 2;
  if (length == 0) return "actor aborted";
  if (!memory.holds(offset, length)) {
    const std::string why = Refusal{Reason::kOutOfBounds, offset, length}.text();
    return "failed to extract error message: syscall error: " + why + " (exit_code=IllegalArgument)";
  }
  if (length <= kLongest) return characters(memory, offset, length);
  return characters(memory, offset, kHalf) + " ... (skipped " + std::to_string(length - kLongest) +
         " bytes) ... " + characters(memory, offset + length - kHalf, kHalf);
}

// Up to network version 17: whole, or not at all.
std::string abort_message(const GuestMemory& memory, uint32_t offset, uint32_t length) {
  if (length == 0) return "actor aborted";
  const auto invalid = [](const std::string& why) {
    return "actor aborted with an invalid message: " + why + " (code=IllegalArgument)";
  };
  if (!memory.holds(offset, length)) return invalid(Refusal{Reason::kOutOfBounds, offset, length}.text());
  const Refusal fault = utf8_fault(memory.span(offset, length));
  if (fault.reason != Reason::kNone) return invalid("error message was not utf8: " + fault.text());
  return characters(memory, offset, length);
}

SyscallResult copy_out(ByteSpan bytes, uint8_t* out) {
  std::memcpy(out, bytes.data(), bytes.size());
  return SyscallResult::done();
}

}  // namespace

// Reference: syscalls/vm.rs, and call_manager/default.rs for the block.
SyscallResult vm_exit(Frame& frame, const Raw* args, uint8_t*) {
  const auto code = static_cast<uint32_t>(args[0]);
  const auto handle = static_cast<uint32_t>(args[1]);
  BlockPtr block;
  if (handle != 0) {
    const BlockPtr* found = frame.registry().find(handle);
    if (!found) {
      frame.fatal(Refusal{Reason::kNoHandle, handle}.text(), kExitMissingReturn);
      return SyscallResult::abort();
    }
    block = *found;
  }
  if (code != 0 && code < kFirstUserExitCode) {
    frame.exit_with(kExitIllegalExitCode, std::move(block), illegal_exit(code));
  } else {
    frame.exit_with(code, std::move(block),
                    exit_message(frame.memory(), static_cast<uint32_t>(args[2]), static_cast<uint32_t>(args[3])));
  }
  return SyscallResult::abort();
}

SyscallResult vm_abort(Frame& frame, const Raw* args, uint8_t*) {
  const auto code = static_cast<uint32_t>(args[0]);
  if (code < kFirstUserExitCode && (code != 0 || frame.stack().config.rules.exitZeroRefused)) {
    frame.exit_with(kExitIllegalExitCode, nullptr, illegal_exit(code));
  } else {
    frame.exit_with(code, nullptr,
                    abort_message(frame.memory(), static_cast<uint32_t>(args[1]), static_cast<uint32_t>(args[2])));
  }
  return SyscallResult::abort();
}

SyscallResult vm_message_context(Frame& frame, const Raw*, uint8_t* out) {
  frame.note(Observed::OnMessageContext);
  std::memcpy(out, frame.context(), kMessageContextBytes);
  return SyscallResult::done();
}

SyscallResult vm_context(Frame& frame, const Raw*, uint8_t* out) {
  std::memcpy(out, frame.context(), kInvocationContextBytes);
  return SyscallResult::done();
}

SyscallResult network_context(Frame& frame, const Raw*, uint8_t* out) {
  frame.note(Observed::OnNetworkContext);
  return copy_out(frame.stack().machine.network_context, out);
}

SyscallResult network_base_fee(Frame& frame, const Raw*, uint8_t* out) {
  return copy_out(frame.stack().machine.base_fee, out);
}

SyscallResult network_total_fil_circ_supply(Frame& frame, const Raw*, uint8_t* out) {
  if (frame.stack().machine.supply_known == 0) return SyscallResult::ask();
  return copy_out(frame.stack().machine.circulating_supply, out);
}

SyscallResult gas_charge(Frame& frame, const Raw* args, uint8_t*) {
  const auto offset = static_cast<uint32_t>(args[0]);
  const auto length = static_cast<uint32_t>(args[1]);
  const GuestMemory memory = frame.memory();
  if (!memory.holds(offset, length)) return frame.refuse_buffer(offset, length);
  const ByteSpan name = memory.span(offset, length);
  const Refusal fault = utf8_fault(name);
  if (fault.reason != Reason::kNone) return frame.refuse(fault);
  const bool is_signed = frame.stack().config.rules.signedGasCharge;
  const Milligas amount = is_signed ? Milligas{static_cast<int64_t>(args[2])} : Milligas{args[2]};
  return frame.stack().gas.charge(name, amount * kMilligasPerGas) ? SyscallResult::done()
                                                                  : SyscallResult::out_of_gas();
}

SyscallResult gas_available(Frame& frame, const Raw*, uint8_t* out) {
  const int64_t milligas = frame.stack().gas.available();
  int64_t gas = milligas / kMilligasPerGas;
  if (milligas % kMilligasPerGas < 0) gas--;
  write_u64(out, static_cast<uint64_t>(gas));
  return SyscallResult::done();
}

SyscallResult debug_enabled(Frame&, const Raw*, uint8_t* out) {
  constexpr uint32_t kOff = 0xffff'ffff;  // -1
  write_u32(out, kOff);
  return SyscallResult::done();
}

SyscallResult debug_ignore(Frame&, const Raw*, uint8_t*) { return SyscallResult::done(); }

}  // namespace fvm
