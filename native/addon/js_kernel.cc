#include "js.h"
#include "js_classes.h"

namespace fvm::js {
namespace {

std::optional<ParamKind> param_kind(const std::string& name) {
  if (name == "u32") return ParamKind::kU32;
  if (name == "u64") return ParamKind::kU64;
  if (name == "in") return ParamKind::kIn;
  if (name == "inOptional") return ParamKind::kInOptional;
  if (name == "in24") return ParamKind::kIn24;
  if (name == "tail") return ParamKind::kTail;
  if (name == "out") return ParamKind::kOut;
  if (name == "cid") return ParamKind::kCid;
  if (name == "ptr") return ParamKind::kPtr;
  return std::nullopt;
}

bool read_result(const Napi::Value& value, Syscall& syscall) {
  syscall.result_kind = ResultKind::kStruct;
  if (const auto size = integer(value)) {
    syscall.result_size = static_cast<uint32_t>(*size);
    return *size > 0 && static_cast<size_t>(*size) <= kMaxResultStruct;
  }
  const std::string name = text_of(value);
  if (name == "u32") syscall.result_size = 4;
  else if (name == "u64") syscall.result_size = 8;
  else if (name == "none") syscall.result_kind = ResultKind::kNone, syscall.result_size = 0;
  else if (name == "cid") syscall.result_kind = ResultKind::kCid, syscall.result_size = 4;
  else if (name == "address") syscall.result_kind = ResultKind::kAddress, syscall.result_size = 4;
  else return false;
  return true;
}

bool read_syscall(const Napi::Object& entry, uint32_t index, Syscall& out) {
  out.index = index;
  out.module = text_of(property(entry, "module"));
  out.name = text_of(property(entry, "name"));
  out.marks_reachable = flag_of(property(entry, "marksReachable"));
  const Napi::Value list = property(entry, "params");
  if (!list.IsArray()) return false;
  const auto params = list.As<Napi::Array>();
  if (params.Length() > kMaxArguments) return false;
  for (uint32_t i = 0; i < params.Length(); i++) {
    const auto kind = param_kind(text_of(element(params, i)));
    if (!kind) return false;
    out.params.push_back(*kind);
  }
  if (!read_result(property(entry, "result"), out)) return false;
  const std::string lane = text_of(property(entry, "lane"));
  const NativeHandler lent = find_lent(out.module, out.name);
  if (lane == "native") out.native = find_native(out.module, out.name);
  else if (lane == "lent") out.native = lent;
  // Syscalls that C++ can answer from what it is lent must be on that lane: the table is the only one to say so.
  else return lane == "host" && !lent;
  return out.native;
}

// The table, and a text that is the same for equal tables. False, with an exception pending, if malformed.
bool read_syscalls(Napi::Env env, const Napi::Value& table, std::vector<Syscall>& out, std::string& fingerprint) {
  if (!table.IsArray()) return wrong_type(env, "an array of syscalls"), false;
  const auto array = table.As<Napi::Array>();
  for (uint32_t i = 0; i < array.Length(); i++) {
    Syscall syscall{};
    const Napi::Value entry = element(array, i);
    if (!entry.IsObject() || !read_syscall(entry.As<Napi::Object>(), i, syscall)) {
      fail(env, "syscall " + std::to_string(i) + " (" + syscall.module + "." + syscall.name +
                            ") is not one that C++ can offer");
      return false;
    }
    fingerprint += syscall.module + "." + syscall.name + "(";
    for (const ParamKind kind : syscall.params) fingerprint += static_cast<char>('a' + static_cast<int>(kind));
    fingerprint += ")";
    fingerprint += std::to_string(static_cast<int>(syscall.result_kind)) + std::to_string(syscall.result_size);
    fingerprint += text_of(property(entry.As<Napi::Object>(), "lane"));
    fingerprint += syscall.marks_reachable ? "r;" : ";";
    out.push_back(std::move(syscall));
  }
  return true;
}

bool read_config(const Napi::Object& options, KernelConfig& out) {
  const Napi::Env env = options.Env();
  const Napi::Value price_list = property(options, "prices");
  const Napi::Value rule_list = property(options, "rules");
  if (!price_list.IsObject() || !rule_list.IsObject()) return wrong_type(env, "prices and rules"), false;
  const auto prices = price_list.As<Napi::Object>();
  const auto rules = rule_list.As<Napi::Object>();
  std::string missing;
  const auto number = [&](const Napi::Object& from, const char* name) -> int64_t {
    const auto value = integer(property(from, name));
    if (!value) missing = name;
    return value.value_or(0);
  };
#define FVM_FIELD(name) out.prices.name = number(prices, #name);
  FVM_NATIVE_PRICES(FVM_FIELD)
#undef FVM_FIELD
  const auto flag = [&](const char* name) {
    const Napi::Value value = property(rules, name);
    if (!value.IsBoolean()) missing = name;
    return flag_of(value);
  };
#define FVM_FIELD(name) out.rules.name = flag(#name);
  FVM_NATIVE_RULES(FVM_FIELD)
#undef FVM_FIELD
  out.rules.maxBlockBytes = static_cast<uint32_t>(number(rules, "maxBlockBytes"));
  out.max_memory_bytes = static_cast<uint64_t>(number(options, "maxStackMemoryBytes"));
  out.slice = number(options, "sliceMilligas");
  if (!missing.empty()) return fail(env, "the kernel configuration lacks " + missing), false;
  return true;
}

}  // namespace

Napi::Function KernelObject::define(Napi::Env env) { return DefineClass(env, "NativeKernel", {}); }

KernelObject::KernelObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
  if (!is_instance(info[0], info.Env().GetInstanceData<Classes>()->engine) || !info[1].IsObject()) {
    wrong_type(info.Env(), "an engine and a kernel configuration");
    return;
  }
  const auto options = info[1].As<Napi::Object>();
  std::vector<Syscall> syscalls;
  std::string fingerprint;
  auto read = std::make_shared<KernelConfig>();
  const Napi::Value table = property(options, "syscalls");
  if (!read_syscalls(info.Env(), table, syscalls, fingerprint) || !read_config(options, *read)) return;
  const auto* engine = unwrap<EngineObject>(info[0]);
  if (!engine) return;
  read->engine = engine->engine;
  read->linkage = &read->engine->linkage(std::move(syscalls), fingerprint);
  config = std::move(read);
}

}  // namespace fvm::js
