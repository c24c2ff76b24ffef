#include "js_keys.h"

#include "fvm_vendor.h"
#include "js.h"

namespace fvm::js {
namespace {

constexpr size_t kSecretBytes = 32;
constexpr size_t kBlsSignatureBytes = 96;

// Bytes that the function writes, or nothing if the secret is none.
template <size_t Size, auto Make, class... Arguments>
Napi::Value made(const Napi::CallbackInfo& info, Arguments... arguments) {
  const auto secret = bytes(info[0]);
  if (!secret || secret->size() != kSecretBytes) return wrong_type(info.Env(), "32 bytes");
  uint8_t out[Size];
  if (!Make(secret->data(), arguments..., out)) return info.Env().Undefined();
  return copy(info.Env(), {out, Size});
}

template <size_t Size, auto Sign>
Napi::Value bls_sign(const Napi::CallbackInfo& info) {
  const auto text = bytes(info[1]);
  if (!text) return wrong_type(info.Env(), "bytes");
  return made<Size, Sign>(info, text->data(), text->size());
}

Napi::Value secp_sign(const Napi::CallbackInfo& info) {
  const auto digest = bytes(info[1]);
  if (!digest || digest->size() != 32) return wrong_type(info.Env(), "a digest of 32 bytes");
  return made<65, fvm_secp_sign>(info, digest->data());
}

Napi::Value bls_aggregate(const Napi::CallbackInfo& info) {
  const auto signatures = bytes(info[0]);
  if (!signatures || signatures->size() % kBlsSignatureBytes != 0) return wrong_type(info.Env(), "signatures");
  uint8_t sum[kBlsSignatureBytes];
  if (!fvm_bls_aggregate(signatures->data(), signatures->size() / kBlsSignatureBytes, sum)) {
    return info.Env().Undefined();
  }
  return copy(info.Env(), {sum, sizeof sum});
}

}  // namespace

void add_keys(Napi::Env env, Napi::Object exports) {
  const auto add = [&](const char* name, auto callback) {
    exports.Set(name, Napi::Function::New(env, callback, name));
  };
  add("secpPublicKey", [](const Napi::CallbackInfo& info) { return made<65, fvm_secp_public_key>(info); });
  add("secpSign", secp_sign);
  add("blsSecret", [](const Napi::CallbackInfo& info) { return made<kSecretBytes, fvm_bls_secret>(info); });
  add("blsPublicKey", [](const Napi::CallbackInfo& info) { return made<48, fvm_bls_public_key>(info); });
  add("blsSign", bls_sign<kBlsSignatureBytes, fvm_bls_sign>);
  add("blsPublicKeyInG2",
      [](const Napi::CallbackInfo& info) { return made<96, fvm_bls_public_key_in_g2>(info); });
  add("blsSignInG1", bls_sign<48, fvm_bls_sign_in_g1>);
  add("blsAggregate", bls_aggregate);
}

}  // namespace fvm::js
