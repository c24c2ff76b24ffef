// Memory that the process keeps for later: how many bytes, and how many it may keep.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace fvm {

// Bytes that the shared cache of blocks and the values that threads have decoded may take together. Decoded values
// come first, because they cost most to make again: they may take half of it, and blocks what they leave.
class MemoryBudget {
 public:
  static MemoryBudget& shared();
  size_t limit() const { return limit_.load(std::memory_order_relaxed); }
  // Takes effect at once for blocks, and for decoded values when their thread tells of them next. A default holds only
  // as long as nobody has set a limit.
  void set_limit(size_t bytes, bool is_default);
  size_t decoded() const { return decoded_.load(std::memory_order_relaxed); }
  size_t for_blocks() const;
  // Counts the decoded values of a thread; returns how many bytes the thread may keep of them.
  size_t count_decoded(size_t before, size_t now);

 private:
  std::atomic<size_t> limit_{SIZE_MAX};
  std::atomic<size_t> decoded_{0};
};

// A thread's part of the budget, which ends with the thread.
class DecodedShare {
 public:
  DecodedShare();
  ~DecodedShare();
  DecodedShare(const DecodedShare&) = delete;
  DecodedShare& operator=(const DecodedShare&) = delete;
  // Returns how many bytes the thread may keep; nothing, once, after a trim: none of these.
  std::optional<size_t> tell(size_t bytes);
  // The thread has done already what the last trim asks for.
  void has_forgotten();

 private:
  size_t bytes_ = 0;
  size_t trims_;
};

struct KeptBytes {
  size_t code;      // compiled actors, and the data of their memories
  size_t memories;  // for the next instances
  size_t stacks;
};
KeptBytes kept_bytes();

// Gives memories and stacks that nobody uses back to the system, with what the allocator holds free, and asks each
// thread to forget its decoded values.
void trim_memory();

}  // namespace fvm
