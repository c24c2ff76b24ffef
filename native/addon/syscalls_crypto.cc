// crypto.*: hashes and signatures (reference: syscalls/crypto.rs, kernel/default.rs `CryptoOps`).
#include "crypto.h"
#include "fvm_vendor.h"
#include "syscalls.h"

namespace fvm {
namespace {

constexpr uint32_t kSecpType = 1;
constexpr uint32_t kBlsType = 2;
constexpr uint32_t kInvalid = 0xffff'ffff;  // -1

int64_t hash_price(const Prices& prices, HashFunction function) {
  switch (function) {
    case HashFunction::kSha256:
      return prices.hashSha256PerByte;
    case HashFunction::kBlake2b256:
      return prices.hashBlake2b256PerByte;
    case HashFunction::kBlake2b512:
      return prices.hashBlake2b512PerByte;
    case HashFunction::kKeccak256:
      return prices.hashKeccak256PerByte;
    case HashFunction::kRipemd160:
      return prices.hashRipemd160PerByte;
  }
  return 0;
}

}  // namespace

SyscallResult crypto_hash(Frame& frame, const Raw* args, uint8_t* out) {
  const auto& [prices, rules] = std::tie(frame.stack().config.prices, frame.stack().config.rules);
  const auto [data_at, data_len] = std::pair(static_cast<uint32_t>(args[1]), static_cast<uint32_t>(args[2]));
  const auto [out_at, out_len] = std::pair(static_cast<uint32_t>(args[3]), static_cast<uint32_t>(args[4]));
  const GuestMemory memory = frame.memory();
  if (!memory.holds(out_at, out_len)) return frame.refuse_buffer(out_at, out_len);
  if (!memory.holds(data_at, data_len)) return frame.refuse_buffer(data_at, data_len);
  GasCounter& gas = frame.stack().gas;
  const auto function = hash_function(args[0]);
  if (rules.hashChargedFirst && !gas.charge(Observed::OnHashing, prices.hashFlat)) return SyscallResult::out_of_gas();
  if (!function) return frame.refuse(Reason::kHashCode, args[0]);
  if (!rules.hashChargedFirst) {
    const Milligas cost = Milligas{prices.hashFlat} + Milligas{hash_price(prices, *function)} * data_len;
    if (!gas.charge(Observed::OnHashing, cost)) return SyscallResult::out_of_gas();
  }
  uint8_t digest[64];
  const size_t size = hash(*function, memory.span(data_at, data_len), digest);
  const auto written = static_cast<uint32_t>(std::min<size_t>(size, out_len));
  std::memcpy(memory.base + out_at, digest, written);
  write_u32(out, written);
  return SyscallResult::done();
}

SyscallResult crypto_recover_secp_public_key(Frame& frame, const Raw* args, uint8_t* out) {
  const auto digest = static_cast<uint32_t>(args[0]);
  const auto signature = static_cast<uint32_t>(args[1]);
  const GuestMemory memory = frame.memory();
  if (!memory.holds(digest, 32)) return frame.refuse_buffer(digest, 32);
  if (!memory.holds(signature, 65)) return frame.refuse_buffer(signature, 65);
  GasCounter& gas = frame.stack().gas;
  if (!gas.charge(Observed::OnRecoverSecpPublicKey, frame.stack().config.prices.recoverSecp)) {
    return SyscallResult::out_of_gas();
  }
  const bool found = fvm_secp_recover(memory.base + digest, memory.base + signature, out);
  return found ? SyscallResult::done() : frame.refuse(recovery_fault(memory.base + signature));
}

SyscallResult crypto_verify_signature(Frame& frame, const Raw* args, uint8_t* out) {
  const auto type = static_cast<uint32_t>(args[0]);
  if (type != kSecpType && type != kBlsType) return frame.refuse(Reason::kSignatureType, type);
  const GuestMemory memory = frame.memory();
  const auto range = [&](size_t at) { return std::pair(static_cast<uint32_t>(args[at]), static_cast<uint32_t>(args[at + 1])); };
  const auto [sig_at, sig_len] = range(1);
  const auto [addr_at, addr_len] = range(3);
  const auto [text_at, text_len] = range(5);
  if (!memory.holds(sig_at, sig_len)) return frame.refuse_buffer(sig_at, sig_len);
  if (!memory.holds(addr_at, addr_len)) return frame.refuse_buffer(addr_at, addr_len);
  const ByteSpan address = memory.span(addr_at, addr_len);
  if (!is_address(address)) return frame.refuse(address_fault(address));
  if (!memory.holds(text_at, text_len)) return frame.refuse_buffer(text_at, text_len);

  const auto& prices = frame.stack().config.prices;
  const Milligas cost = type == kSecpType ? prices.verifySecpFlat + Milligas{prices.verifySecpPerByte} * text_len
                                          : prices.verifyBlsFlat + Milligas{prices.verifyBlsPerByte} * text_len;
  if (!frame.stack().gas.charge(Observed::OnVerifySignature, cost)) return SyscallResult::out_of_gas();
  if (address[0] != kSecpProtocol && address[0] != kBlsProtocol) {
    return frame.refuse(Reason::kSignerProtocol, address[0]);
  }

  const ByteSpan signature = memory.span(sig_at, sig_len);
  const ByteSpan text = memory.span(text_at, text_len);
  const ByteSpan payload = address.subspan(1);
  const bool valid = type == kSecpType
                         ? address[0] == kSecpProtocol && verify_secp(signature, payload, text)
                         : address[0] == kBlsProtocol && verify_bls(signature, payload, text);
  write_u32(out, valid ? 0 : kInvalid);
  return SyscallResult::done();
}

SyscallResult crypto_verify_bls_aggregate(Frame& frame, const Raw* args, uint8_t* out) {
  constexpr uint32_t kKeyBytes = 48;
  const auto n = static_cast<uint32_t>(args[0]);
  const auto signature = static_cast<uint32_t>(args[1]);
  const auto keys = static_cast<uint32_t>(args[2]);
  const auto texts = static_cast<uint32_t>(args[3]);
  const auto lens_at = static_cast<uint32_t>(args[4]);
  if (n > std::numeric_limits<uint32_t>::max() / kKeyBytes) return frame.refuse(Reason::kBlsSigners, n);
  const GuestMemory memory = frame.memory();
  if (!memory.holds(signature, 96)) return frame.refuse_buffer(signature, 96);
  if (!memory.holds(keys, n * kKeyBytes)) return frame.refuse_buffer(keys, n * kKeyBytes);
  if (!memory.holds(lens_at, n * 4)) return frame.refuse_buffer(lens_at, n * 4);
  // The reference adds the lengths up in 32 bits, and compares with their true sum after the charge.
  uint64_t total = 0;
  for (uint32_t i = 0; i < n; i++) {
    uint32_t length;
    std::memcpy(&length, memory.base + lens_at + uint64_t{i} * 4, sizeof length);
    total += length;
  }
  const auto wrapped = static_cast<uint32_t>(total);
  if (!memory.holds(texts, wrapped)) return frame.refuse_buffer(texts, wrapped);
  const auto& prices = frame.stack().config.prices;
  const Milligas cost = Milligas{prices.blsPairing} * (uint64_t{n} + 1) + Milligas{prices.blsHashPerByte} * wrapped;
  if (!frame.stack().gas.charge(Observed::OnVerifyBlsAggregateSignature, cost)) return SyscallResult::out_of_gas();
  if (total != wrapped) return frame.refuse(Reason::kBlsTexts);
  std::vector<uint32_t> lens(n);
  if (n > 0) std::memcpy(lens.data(), memory.base + lens_at, uint64_t{n} * 4);
  const bool valid = fvm_bls_verify_aggregate(memory.base + signature, n, memory.base + keys, memory.base + texts,
                                              lens.data());
  write_u32(out, valid ? 0 : kInvalid);
  return SyscallResult::done();
}

}  // namespace fvm
