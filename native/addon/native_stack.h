// The native half of the call stacks of a machine's messages.
#pragma once

#include <array>
#include <memory>
#include <unordered_map>
#include <vector>

#include "blocks.h"
#include "frame.h"

namespace fvm {

// Live native objects of the process, for leak tests.
struct LiveObjects {
  std::atomic<int64_t> frames{0}, stores{0}, stacks{0}, buffers{0};
  static LiveObjects& shared() {
    static auto* live = new LiveObjects;
    return *live;
  }
};

// What is the same for all machines of a network version.
struct KernelConfig {
  Engine* engine = nullptr;
  Linkage* linkage = nullptr;
  Prices prices;
  Rules rules;
  uint64_t max_memory_bytes = 0;  // of all live instances; 0: no limit
  int64_t slice = 0;              // milligas between two chances to cancel
};
using KernelConfigPtr = std::shared_ptr<const KernelConfig>;

// What is the same for all messages of a machine, packed as syscalls answer it. JavaScript writes it to the
// control block's payload area in this form.
struct MachineContext {
  std::array<uint8_t, 44> network_context;
  std::array<uint8_t, 16> circulating_supply;
  std::array<uint8_t, 16> base_fee;
  uint32_t supply_known;  // 0: JavaScript has to find out what the supply is
};

// The builtin actors' types, by code.
class ActorTypes {
 public:
  // Of two equal codes the later one counts.
  void set(const Cid& code, uint32_t type) { types_.insert_or_assign(code, type); }
  // 0: no builtin actor.
  uint32_t of(const Cid& code) const {
    const auto found = types_.find(code);
    return found == types_.end() ? 0 : found->second;
  }

 private:
  std::unordered_map<Cid, uint32_t, CidHash> types_;
};
using ActorTypesPtr = std::shared_ptr<const ActorTypes>;

class NativeStack {
 public:
  NativeStack(KernelConfigPtr kernel, BlockBuffer& blocks, ActorTypesPtr types, const MachineContext& machine,
              uint8_t* control)
      : kernel(std::move(kernel)),
        engine(*this->kernel->engine),
        linkage(*this->kernel->linkage),
        config(*this->kernel),
        blocks(blocks),
        types(std::move(types)),
        machine(machine),
        control(control) {
    LiveObjects::shared().stacks++;
  }
  ~NativeStack() {
    while (!frames.empty()) frames.pop_back();
    LiveObjects::shared().stacks--;
  }
  NativeStack(const NativeStack&) = delete;
  NativeStack& operator=(const NativeStack&) = delete;

  // From now on.
  void observe() {
    observations = std::make_unique<Observations>(config.rules.signedGasCharge);
    gas.observations = observations.get();
  }
  Frame* top() { return frames.empty() ? nullptr : frames.back().get(); }

  const KernelConfigPtr kernel;
  Engine& engine;
  Linkage& linkage;
  const KernelConfig& config;
  BlockBuffer& blocks;
  const ActorTypesPtr types;
  const MachineContext machine;
  Control control;
  GasCounter gas;
  std::unique_ptr<Observations> observations;  // null if nobody observes
  uint64_t memory_bytes = 0;
  BlockPtr staged_params;
  std::vector<std::unique_ptr<Frame>> frames;
};

}  // namespace fvm
