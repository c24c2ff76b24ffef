#include "js_aggregates.h"

#include <vector>

#include "fvm_vendor.h"
#include "js.h"

namespace fvm::js {
namespace {

constexpr size_t kKeyBytes = 48;
constexpr size_t kFactorBytes = 17;
constexpr size_t kPointBytes = 96;
constexpr size_t kSignatureBytes = 96;

Napi::Value bls_multiples(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto keys = bytes(info[0]);
  const auto factors = bytes(info[1]);
  if (!keys || keys->size() % kKeyBytes != 0) return wrong_type(env, "keys of 48 bytes");
  const size_t count = keys->size() / kKeyBytes;
  if (!factors || factors->size() != count * kFactorBytes) return wrong_type(env, "a factor of 17 bytes for each key");
  std::vector<uint8_t> points(count * kPointBytes);
  const size_t good = fvm_bls_multiples(count, keys->data(), factors->data(), points.data());
  if (good < count) return Napi::Number::New(env, static_cast<double>(good));
  return copy(env, {points.data(), points.size()});
}

Napi::Value verify_bls_sum(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto signature = bytes(info[0]);
  const auto points = bytes(info[1]);
  const auto text = bytes(info[2]);
  if (!signature || signature->size() != kSignatureBytes) return wrong_type(env, "a signature of 96 bytes");
  if (!points || points->size() % kPointBytes != 0) return wrong_type(env, "points of 96 bytes");
  if (!text) return wrong_type(env, "bytes");
  const size_t count = points->size() / kPointBytes;
  return Napi::Boolean::New(env, fvm_bls_verify_sum(signature->data(), count, points->data(), text->data(), text->size()));
}

}  // namespace

void add_aggregates(Napi::Env env, Napi::Object exports) {
  exports.Set("blsMultiples", Napi::Function::New(env, bls_multiples, "blsMultiples"));
  exports.Set("verifyBlsSum", Napi::Function::New(env, verify_bls_sum, "verifyBlsSum"));
}

}  // namespace fvm::js
