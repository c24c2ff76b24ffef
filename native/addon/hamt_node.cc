#include "hamt_node.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "cbor.h"

namespace fvm {
namespace {

enum Major : uint8_t { kUnsigned, kNegative, kBytes, kText, kArray, kMap, kTag, kSimple };

// Tag 42 and a byte string of a zero, version 1, DAG-CBOR, and the multihash's code and length.
constexpr uint8_t kLinkHead[] = {0xd8, 0x2a, 0x58, 0x27, 0x00, 0x01, kCodecDagCbor, 0xa0, 0xe4, 0x02, 0x20};
constexpr size_t kCidAt = 5;
constexpr size_t kLinkBytes = sizeof kLinkHead + 32;

bool read_head(ByteSpan& rest, Major major, uint64_t& argument) {
  CborHeader header;
  if (!read_header(rest, header, true) || header.major != major) return false;
  argument = header.argument;
  return true;
}

// Passes an item that `CborReader.skip` of src/ipld/cbor-reader.ts passes, too.
bool skip_item(ByteSpan& rest) {
  for (uint64_t pending = 1; pending > 0; pending--) {
    CborHeader header;
    ByteSpan content;
    const uint8_t first = rest.empty() ? 0 : rest[0];
    if (!read_header(rest, header, false)) return false;
    switch (header.major) {
      case kUnsigned:
      case kNegative:
        break;
      case kBytes:
      case kText:
        if (!take(rest, header.argument, content)) return false;
        break;
      case kArray:
      case kMap:
        if (header.argument > rest.size()) return false;
        pending += header.argument * (header.major == kMap ? 2 : 1);
        break;
      case kTag:
        if (header.argument != 42 || rest.empty() || rest[0] >> 5 != kBytes) return false;
        pending++;
        break;
      default:
        // False, true, null; floats of 32 and 64 bits.
        if ((first < 0xf4 || first > 0xf6) && first != 0xfa && first != 0xfb) return false;
    }
  }
  return true;
}

bool skip_bucket(ByteSpan& rest) {
  uint64_t count;
  if (!read_head(rest, kArray, count) || count == 0 || count > kHamtBucket) return false;
  ByteSpan last;
  for (uint64_t i = 0; i < count; i++) {
    const auto entry = read_entry(rest);
    if (!entry || entry->value.empty()) return false;
    if (i > 0 && !std::ranges::lexicographical_compare(last, entry->key)) return false;
    last = entry->key;
  }
  return true;
}

}  // namespace

bool HamtNode::read(ByteSpan data) {
  uint64_t size;
  uint64_t count;
  ByteSpan rest = data;
  ByteSpan bits;
  if (data.size() > std::numeric_limits<uint16_t>::max()) return false;
  if (!read_head(rest, kArray, size) || size != 2) return false;
  if (!read_head(rest, kBytes, size) || size > sizeof used_ || !take(rest, size, bits)) return false;
  if (!bits.empty() && bits[0] == 0) return false;
  for (const uint8_t byte : bits) used_ = used_ << 8 | byte;
  if (!read_head(rest, kArray, count) || count != static_cast<unsigned>(std::popcount(used_))) return false;
  ends_[0] = static_cast<uint16_t>(data.size() - rest.size());
  bool has_links = false;
  size_t entries = 0;
  for (uint64_t i = 0; i < count; i++) {
    if (rest.size() >= kLinkBytes && std::ranges::equal(rest.first(sizeof kLinkHead), kLinkHead)) {
      rest = rest.subspan(kLinkBytes);
      has_links = true;
    } else {
      const ByteSpan bucket = rest;
      if (!skip_bucket(rest)) return false;
      entries += bucket_size(bucket);
    }
    ends_[i + 1] = static_cast<uint16_t>(data.size() - rest.size());
  }
  fits_bucket_ = !has_links && entries <= kHamtBucket;
  return rest.empty();
}

ByteSpan HamtNode::pointer(ByteSpan data, unsigned slot) const {
  const uint32_t bit = uint32_t{1} << slot;
  if (!(used_ & bit)) return {};
  const auto place = static_cast<size_t>(std::popcount(used_ & (bit - 1)));
  return data.subspan(ends_[place], ends_[place + 1] - ends_[place]);
}

bool is_link(ByteSpan pointer) { return pointer[0] == kLinkHead[0]; }

Cid linked_cid(ByteSpan link) { return Cid::from(link.subspan(kCidAt)); }

size_t bucket_size(ByteSpan bucket) { return bucket[0] & 0x1f; }

std::vector<HamtEntry> bucket_entries(ByteSpan bucket) {
  std::vector<HamtEntry> entries;
  ByteSpan rest = bucket.subspan(1);
  while (const auto entry = read_entry(rest)) entries.push_back(*entry);
  return entries;
}

std::vector<uint8_t> bucket_of(std::vector<HamtEntry> entries) {
  std::vector<uint8_t> bucket;
  if (entries.empty()) return bucket;
  std::ranges::sort(entries, [](const HamtEntry& a, const HamtEntry& b) {
    return std::ranges::lexicographical_compare(a.key, b.key);
  });
  bucket.push_back(static_cast<uint8_t>(0x80 | entries.size()));
  for (const auto& entry : entries) bucket.insert(bucket.end(), entry.bytes.begin(), entry.bytes.end());
  return bucket;
}

std::optional<HamtEntry> read_entry(ByteSpan& rest) {
  const ByteSpan start = rest;
  HamtEntry entry;
  uint64_t items;
  uint64_t size;
  if (!read_head(rest, kArray, items) || items == 0 || items > 2) return std::nullopt;
  if (!read_head(rest, kBytes, size) || !take(rest, size, entry.key)) return std::nullopt;
  const ByteSpan value = rest;
  if (items == 2 && !skip_item(rest)) return std::nullopt;
  entry.value = value.first(value.size() - rest.size());
  entry.bytes = start.first(start.size() - rest.size());
  return entry;
}

NewHamtNode::NewHamtNode(unsigned depth, size_t bytes) : depth_(depth) {
  bytes_.reserve(kHeadRoom + bytes);
  bytes_.resize(kHeadRoom);
}

void NewHamtNode::add(unsigned slot, ByteSpan pointer) {
  if (pointer.empty()) return;
  used_ |= uint32_t{1} << slot;
  count_++;
  if (is_link(pointer)) {
    links_++;
  } else {
    entries_ += bucket_size(pointer);
  }
  bytes_.insert(bytes_.end(), pointer.begin(), pointer.end());
}

void NewHamtNode::add(unsigned slot, const HamtPointer& pointer) {
  if (!pointer.new_child) return add(slot, pointer.bytes);
  static constexpr uint8_t kDigest[32] = {};
  uint8_t link[kLinkBytes];
  std::ranges::copy(kDigest, std::ranges::copy(kLinkHead, link).out);
  children_.push_back({bytes_.size() + kCidAt, *pointer.new_child});
  add(slot, link);
}

std::vector<uint8_t> NewHamtNode::bucket() const {
  std::vector<HamtEntry> entries;
  ByteSpan rest = ByteSpan(bytes_).subspan(kHeadRoom);
  for (unsigned left = count_; left > 0; left--) {
    const size_t size = bucket_size(rest);
    rest = rest.subspan(1);
    for (size_t i = 0; i < size; i++) entries.push_back(*read_entry(rest));
  }
  return bucket_of(std::move(entries));
}

ByteSpan NewHamtNode::finish(const std::vector<Cid>& cids) {
  for (const auto& [at, node] : children_) std::ranges::copy(cids[node].bytes(), bytes_.begin() + at);
  size_t at = kHeadRoom;
  if (count_ < 24) {
    bytes_[--at] = static_cast<uint8_t>(0x80 | count_);
  } else {
    bytes_[--at] = static_cast<uint8_t>(count_);
    bytes_[--at] = 0x98;
  }
  uint8_t size = 0;
  for (uint32_t bits = used_; bits != 0; bits >>= 8, size++) bytes_[--at] = static_cast<uint8_t>(bits);
  bytes_[--at] = 0x40 | size;
  bytes_[--at] = 0x82;
  return ByteSpan(bytes_).subspan(at);
}

}  // namespace fvm
