#include "observations.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace fvm {

void Observations::add(Observed what, Milligas amount, uint64_t bytes, uint64_t links, ByteSpan text) {
  const Milligas least = is_signed_ ? Milligas{std::numeric_limits<int64_t>::min()} : 0;
  const Milligas most =
      is_signed_ ? Milligas{std::numeric_limits<int64_t>::max()} : Milligas{std::numeric_limits<uint64_t>::max()};
  const auto clamped = static_cast<uint64_t>(std::clamp(amount, least, most));
  text = text.subspan(0, std::min(text.size(), kLongestName));
  const size_t at = words_.size();
  words_.resize(at + kHeaderWords + (text.size() + 3) / 4);
  const uint32_t header[kHeaderWords] = {
      static_cast<uint32_t>(what),          static_cast<uint32_t>(text.size()), static_cast<uint32_t>(clamped),
      static_cast<uint32_t>(clamped >> 32), static_cast<uint32_t>(bytes),       static_cast<uint32_t>(links),
  };
  std::memcpy(&words_[at], header, sizeof header);
  if (!text.empty()) std::memcpy(&words_[at + kHeaderWords], text.data(), text.size());
}

}  // namespace fvm
