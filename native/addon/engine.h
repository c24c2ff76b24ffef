// Compilation: one engine per configuration and process, shared by all its threads.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "cid.h"
#include "fvm_vendor.h"
#include "raii.h"
#include "syscall.h"

namespace fvm {

constexpr uint64_t kWasmPage = 65'536;

// A compiled actor.
struct Code {
  Cid cid;
  fvm_module_facts_t facts;
  std::string counter_name;
  ModulePtr module;
  ImagePtr image;
};

// A module with its imports resolved, or why they cannot be.
struct Linked {
  InstancePrePtr pre;
  ExportsPtr exports;  // null if the counter is missing
  std::string error;
};

class Engine;

// A syscall table, linked. Lives as long as the process.
class Linkage {
 public:
  Linkage(Engine& engine, std::vector<Syscall> syscalls);
  const std::vector<Syscall>& syscalls() const { return syscalls_; }
  const Linked& link(Code& code);

 private:
  Engine& engine_;
  std::vector<Syscall> syscalls_;
  LinkerPtr linker_;
  std::mutex mutex_;
  std::unordered_map<const Code*, Linked> linked_;
};

class Engine {
 public:
  // The engine of this configuration; made once and kept.
  static Engine* get(const fvm_instrument_config_t& config);
  // Sum over all engines.
  static size_t all_code_bytes();

  bool has(const Cid& cid);
  std::shared_ptr<Code> find(const Cid& cid);
  // Null, and `error` set, if the module is refused.
  std::shared_ptr<Code> load(const Cid& cid, ByteSpan wasm, std::string& error);
  // The compiled code as bytes that `restore` takes, in this process or a later one; false if not loaded.
  bool artifact(const Cid& cid, std::vector<uint8_t>& out);
  // False, with nothing changed, if the bytes are damaged or were made by another build, engine or CPU.
  // Bytes that someone else may have written must not get here: they are run as they are.
  bool restore(const Cid& cid, ByteSpan artifact);
  bool instrument(ByteSpan wasm, bool reference_form, std::string& out) const;
  Linkage& linkage(std::vector<Syscall> syscalls, const std::string& fingerprint);

  wasm_engine_t* wasm() { return engine_.get(); }
  const fvm_instrument_config_t& config() const { return config_; }

 private:
  explicit Engine(const fvm_instrument_config_t& config);
  size_t code_bytes();
  // Null, and `error` set, if the system refuses.
  std::shared_ptr<Code> keep(const Cid& cid, const fvm_module_facts_t& facts, ModulePtr module, ByteSpan image,
                             std::string& error);

  fvm_instrument_config_t config_;
  bool roomy_;  // memories reserve all addresses that they can grow into
  EnginePtr engine_;
  std::mutex mutex_;          // of the maps
  std::mutex compile_mutex_;  // one compilation at a time: each uses all cores already
  std::unordered_map<Cid, std::shared_ptr<Code>, CidHash> codes_;
  std::map<std::string, std::unique_ptr<Linkage>> linkages_;
};

}  // namespace fvm
