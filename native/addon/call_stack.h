// The native half of one message's call stack.
#pragma once

#include <memory>
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

struct StackConfig {
  Prices prices;
  Rules rules;
  uint64_t max_memory_bytes = 0;  // of all live instances; 0: no limit
  int64_t slice = 0;              // milligas between two chances to cancel
  std::vector<uint8_t> network_context;
  std::vector<uint8_t> circulating_supply;
  std::vector<uint8_t> base_fee;
};

class CallStack {
 public:
  CallStack(Engine& engine, Linkage& linkage, BlockBuffer& blocks, StackConfig config, uint8_t* control)
      : engine(engine), linkage(linkage), blocks(blocks), config(std::move(config)), control(control) {
    LiveObjects::shared().stacks++;
  }
  ~CallStack() {
    while (!frames.empty()) frames.pop_back();
    LiveObjects::shared().stacks--;
  }
  CallStack(const CallStack&) = delete;
  CallStack& operator=(const CallStack&) = delete;

  Frame* top() { return frames.empty() ? nullptr : frames.back().get(); }

  Engine& engine;
  Linkage& linkage;
  BlockBuffer& blocks;
  const StackConfig config;
  Control control;
  GasCounter gas;
  uint64_t memory_bytes = 0;
  BlockPtr staged_params;
  std::vector<std::unique_ptr<Frame>> frames;
};

}  // namespace fvm
