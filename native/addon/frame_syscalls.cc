#include "frame_gas.h"
#include "syscalls.h"

namespace fvm {
namespace {

constexpr uint64_t kEventHeaderBytes = 24;
// A syscall's result in one value: its error number, and above it the counter.
constexpr uint32_t kErrorBits = 8;
constexpr uint32_t kSuspended = 0xff;

}  // namespace

std::optional<Cid> GuestMemory::cid(uint32_t offset) const {
  if (!holds(offset, 0)) return std::nullopt;
  const auto parts = parse_cid(span(offset, size - offset));
  if (!parts) return std::nullopt;
  return normal_form(*parts);
}

std::string Frame::LastError::text() const {
  if (refusal.reason == Reason::kNoCid) return Refusal::no_cid(refusal.reason, cid.bytes()).text();
  const auto parts = parse_cid(cid.bytes());
  return refusal.text(parts ? normal_form(*parts) : Cid());
}

SyscallResult Frame::answer(ByteSpan bytes, GuestRange buffer, Reason too_small, uint8_t* out) {
  if (bytes.size() > buffer.length) return refuse(too_small);
  if (!bytes.empty()) std::memcpy(memory().base + buffer.offset, bytes.data(), bytes.size());
  write_u32(out, static_cast<uint32_t>(bytes.size()));
  return SyscallResult::done();
}

// The counter is the last argument; the result is both. See native/vendor/src/inline/syscalls.rs.
wasm_trap_t* Frame::on_syscall(void* env, wasmtime_caller_t* caller, wasmtime_val_raw_t* values, size_t) {
  const auto& syscall = *static_cast<const Syscall*>(env);
  Raw args[kMaxArguments * 2];
  size_t at = 0;
  if (syscall.has_result_pointer()) args[at] = static_cast<uint32_t>(values[at].i32), at++;
  for (const ParamKind kind : syscall.params) {
    const auto read = [&](bool wide) {
      args[at] = wide ? static_cast<uint64_t>(values[at].i64) : static_cast<uint32_t>(values[at].i32);
      at++;
    };
    read(kind == ParamKind::kU64);
    if (has_length(kind)) read(false);
  }
  Frame& frame = of(caller);
  frame.counter_ = values[at].i64;
  const Reply reply =
      frame.is_observed() ? frame.dispatch<true>(syscall, args) : frame.dispatch<false>(syscall, args);
  if (reply.kind == Reply::kTrap) return unwind();
  // While it waits, Wasm is about to call `on_suspend`.
  frame.answered_ = false;
  values[0].i64 = frame.packed(reply.kind == Reply::kWait ? kSuspended : reply.value);
  return nullptr;
}

// Asked once when the syscall suspends and once when `run` goes on.
uint8_t Frame::on_suspend(void* env, int64_t* result) {
  enum : uint8_t { kPending, kReady, kTrapped };
  Frame& frame = *static_cast<Frame*>(env);
  if (!frame.answered_) return kPending;
  uint8_t out[kMaxResultStruct];
  const SyscallResult answer = frame.take_answer(out);
  const Reply reply = frame.is_observed() ? frame.conclude<true>(answer, out) : frame.conclude<false>(answer, out);
  if (reply.kind == Reply::kTrap) return kTrapped;
  *result = frame.packed(reply.value);
  return kReady;
}

int64_t Frame::packed(uint32_t error) const {
  return static_cast<int64_t>(static_cast<uint64_t>(counter_) << kErrorBits | error);
}

template <bool kObserved>
Frame::Reply Frame::dispatch(const Syscall& syscall, const Raw* args) {
  if (stage_ != Stage::kCalling) [[unlikely]] {
    fatal("a syscall from a start function");
    return {Reply::kTrap};
  }
  if (refused()) return {Reply::kTrap};
  if (!settle_as<kObserved>() || !stack_.gas.charge_as<kObserved>(Observed::OnSyscall, stack_.config.prices.syscall)) {
    abort_ = Outcome::kOutOfGas;
    return {Reply::kTrap};
  }
  waiting_ = &syscall;
  if (syscall.has_result_pointer()) {
    result_pointer_ = static_cast<uint32_t>(*args++);
    if (!memory().holds(result_pointer_, syscall.result_size)) {
      // Without a refresh: what Wasm used before is charged again at the next syscall.
      last_error_.syscall = &syscall;
      last_error_.error = refuse(Reason::kNoSpace).error;
      return {Reply::kValue, static_cast<uint32_t>(last_error_.error)};
    }
  }
  uint8_t out[kMaxResultStruct];
  SyscallResult result = syscall.native ? syscall.native(*this, args, out) : SyscallResult::ask();
  if (result.kind == SyscallResult::kAsk) {
    result = request(syscall, args);
    caller_.reset();
  }
  if (result.kind == SyscallResult::kSuspend) {
    yield_ = missing_ ? Yield::kMissingBlock : Yield::kSyscall;
    return {Reply::kWait};
  }
  return conclude<kObserved>(result, out);
}

template <bool kObserved>
Frame::Reply Frame::conclude(SyscallResult result, const uint8_t* out) {
  const Syscall& syscall = *waiting_;
  waiting_ = nullptr;
  if (result.kind == SyscallResult::kOutOfGas) abort_ = Outcome::kOutOfGas;
  if (result.kind == SyscallResult::kDone) {
    if (syscall.has_result_pointer()) std::memcpy(memory().base + result_pointer_, out, syscall.result_size);
    last_error_.syscall = nullptr;
  } else if (result.kind == SyscallResult::kErrno) {
    last_error_.syscall = &syscall;
    last_error_.error = result.error;
  }
  refresh_as<kObserved>();
  if (result.kind == SyscallResult::kAbort || result.kind == SyscallResult::kOutOfGas) return {Reply::kTrap};
  return {Reply::kValue, static_cast<uint32_t>(result.error)};
}

// Puts the arguments into the control block, all pointers checked.
SyscallResult Frame::request(const Syscall& syscall, const Raw* args) {
  Control& control = stack_.control;
  const GuestMemory memory = this->memory();
  size_t used = 0;
  size_t slot = 0;
  // Longer arguments are left in Wasm's memory for `argument`; CIDs (at most two) always fit.
  const auto copy_in = [&](ByteSpan data) {
    const bool fits = data.size() <= kPayloadBytes - kMaxCidBytes * 2 - used;
    const bool copied = fits || syscall.params[slot] == ParamKind::kCid;
    if (copied && !data.empty()) std::memcpy(control.bytes(word::PAYLOAD) + used, data.data(), data.size());
    control.set(word::ARGS + slot * 2, copied ? static_cast<uint32_t>(used) : 0xffff'ffff);
    control.set(word::ARGS + slot * 2 + 1, static_cast<uint32_t>(data.size()));
    if (copied) used += data.size();
  };
  for (const ParamKind kind : syscall.params) {
    const Raw value = *args++;
    const auto offset = static_cast<uint32_t>(value);
    ranges_[slot] = {};
    switch (kind) {
      case ParamKind::kU32:
      case ParamKind::kU64:
      case ParamKind::kPtr:
        control.set64(word::ARGS + slot * 2, value);
        break;
      case ParamKind::kIn:
      case ParamKind::kInOptional:
      case ParamKind::kIn24: {
        const uint64_t count = static_cast<uint32_t>(*args++);
        const uint64_t length = kind == ParamKind::kIn24 ? count * kEventHeaderBytes : count;
        const bool ignored = kind == ParamKind::kInOptional && length == 0;
        if (!ignored && !memory.holds(offset, length)) {
          const bool countable = length <= std::numeric_limits<uint32_t>::max();
          return countable ? refuse_buffer(offset, static_cast<uint32_t>(length)) : refuse(Reason::kEventsIndex);
        }
        if (!ignored) ranges_[slot] = {offset, static_cast<uint32_t>(length)};
        copy_in(ignored ? ByteSpan() : memory.span(offset, length));
        break;
      }
      case ParamKind::kTail:
        if (!memory.holds(offset, 0)) return refuse_buffer(offset, 0);
        ranges_[slot] = {offset, 0};
        control.set64(word::ARGS + slot * 2,
                      std::min<uint64_t>(memory.size - offset, 0xffff'ffff) << 32);
        break;
      case ParamKind::kOut: {
        const auto length = static_cast<uint32_t>(*args++);
        if (!memory.holds(offset, length)) return refuse_buffer(offset, length);
        out_ = {offset, length};
        control.set64(word::ARGS + slot * 2, uint64_t{length} << 32);
        break;
      }
      case ParamKind::kCid: {
        const auto cid = memory.cid(offset);
        if (!cid) return refuse_cid(offset);
        copy_in(cid->bytes());
        break;
      }
    }
    slot++;
  }
  control.set(word::SYSCALL, syscall.index);
  control.set(word::ERRNO, 0);
  control.set(word::RESULT_LENGTH, 0);
  return SyscallResult::suspend();
}

void Frame::provide(ByteSpan data) {
  // As a rule it is in the cache by now, with its links found perhaps by another thread.
  provided_ = stack_.blocks.cache().get(*missing_);
  if (!provided_) provided_ = std::make_shared<const Block>(parse_cid(missing_->bytes())->codec, data);
}

std::optional<ByteSpan> Frame::argument(size_t slot) {
  if (!waiting_ || slot >= waiting_->params.size() || stage_ != Stage::kCalling) return std::nullopt;
  const ParamKind kind = waiting_->params[slot];
  if (kind == ParamKind::kOut || !has_length(kind)) return std::nullopt;
  return memory().span(ranges_[slot].offset, ranges_[slot].length);
}

bool Frame::write_tail(size_t slot, ByteSpan data) {
  if (!waiting_ || slot >= waiting_->params.size() || waiting_->params[slot] != ParamKind::kTail) return false;
  const GuestMemory memory = this->memory();
  if (!memory.holds(ranges_[slot].offset, data.size())) return false;
  if (!data.empty()) std::memcpy(memory.base + ranges_[slot].offset, data.data(), data.size());
  return true;
}

SyscallResult Frame::take_answer(uint8_t* out) {
  if (missing_) {
    const Cid cid = *missing_;
    missing_.reset();
    const BlockPtr block = std::move(provided_);
    return finish_open(*this, cid, block, out);
  }
  Control& control = stack_.control;
  const auto error = static_cast<Errno>(control.get(word::ERRNO));
  if (error != Errno::kOk) {
    last_error_.refusal.reason = Reason::kNone;
    return SyscallResult::fail(error);
  }
  const uint32_t length = std::min<uint32_t>(control.get(word::RESULT_LENGTH), kResultBytes);
  const uint8_t* result = control.bytes(word::RESULT);
  if (waiting_->marks_reachable && stack_.config.rules.trackLinks && length <= kMaxCidBytes) {
    registry_.reachable().add_copy(Cid::from({result, length}));
  }
  switch (waiting_->result_kind) {
    case ResultKind::kCid:
      return answer({result, length}, out_, Reason::kSmallCidBuffer, out);
    case ResultKind::kAddress:
      return answer({result, length}, out_, Reason::kSmallAddressBuffer, out);
    case ResultKind::kStruct:
      std::memcpy(out, result, waiting_->result_size);
      break;
    case ResultKind::kNone:
      break;
  }
  return SyscallResult::done();
}

}  // namespace fvm
