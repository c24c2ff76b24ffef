// ipld.*: blocks in and out of an invocation (reference: syscalls/ipld.rs, kernel/default.rs `IpldBlockOps`).
#include "syscalls.h"

namespace fvm {
namespace {

constexpr uint64_t kBlake2b256 = kHashBlake2b256;
constexpr uint32_t kBlake2b256Bytes = 32;

bool codec_allowed(const Rules& rules, uint64_t codec) {
  return rules.dagCborOnly ? codec == kCodecDagCbor : is_block_codec(codec);
}

// Charges for finding a block's links; its own failure comes after the charge for what it saw. A search that gas
// does not suffice for ends where the gas does.
SyscallResult charge_scan(Frame& frame, const LinkScan& scan) {
  const auto& prices = frame.stack().config.prices;
  const Milligas cost = Milligas{prices.cborField} * scan.fields + Milligas{prices.cborLink} * scan.cids;
  GasCounter& gas = frame.stack().gas;
  const Milligas available = gas.available();
  if (!gas.charge(Observed::OnScanIpldLinks, std::min(cost, available)) || cost > available) {
    return SyscallResult::out_of_gas();
  }
  return scan.refusal.reason == Reason::kNone ? SyscallResult::done() : frame.refuse(scan.refusal);
}

}  // namespace

SyscallResult finish_open(Frame& frame, const Cid& cid, const BlockPtr& block, uint8_t* out) {
  const auto& [prices, rules] = std::tie(frame.stack().config.prices, frame.stack().config.rules);
  const uint64_t codec = parse_cid(cid.bytes())->codec;
  uint64_t links = 0;
  if (Observations* observations = frame.stack().gas.observations) {
    observations->block(Observed::BlockRead, cid, block->size());
  }
  if (rules.trackLinks) {
    const SyscallResult result = charge_scan(frame, block->scan());
    if (result.kind != SyscallResult::kDone) return result;
    links = block->scan().links.size();
  }
  const Milligas cost =
      Prices::block(prices.blockOpenPerByte, prices.blockOpenPerLink, prices.blockOpenMinPerByte, block->size(), links);
  const Observed name = rules.trackLinks ? Observed::OnBlockOpen : Observed::OnBlockOpenPerByte;
  if (!frame.stack().gas.charge(name, cost, block->size(), links)) return SyscallResult::out_of_gas();
  BlockRegistry& registry = frame.registry();
  if (registry.full()) return frame.refuse(Reason::kTooManyBlocks);
  if (!codec_allowed(rules, codec)) return frame.refuse(Reason::kCodec, codec);
  const uint32_t handle = registry.add(block);
  if (rules.trackLinks) registry.reach_links(*block);
  write_u64(out, codec);
  write_u32(out + 8, handle);
  write_u32(out + 12, block->size());
  return SyscallResult::done();
}

SyscallResult ipld_block_open(Frame& frame, const Raw* args, uint8_t* out) {
  const auto& config = frame.stack().config;
  const auto offset = static_cast<uint32_t>(args[0]);
  const auto asked = frame.memory().cid(offset);
  if (!asked) return frame.refuse_cid(offset);
  if (!frame.stack().gas.charge(Observed::OnBlockOpenBase, config.prices.blockOpenBase)) {
    return SyscallResult::out_of_gas();
  }
  const Cid& cid = *asked;
  if (config.rules.trackLinks && !frame.registry().reachable().contains(cid)) {
    return frame.refuse_cid(offset, Reason::kBlockUnreachable);
  }
  const BlockPtr block = frame.stack().blocks.get(cid);
  if (block) return finish_open(frame, cid, block, out);
  frame.wait_for_block(cid);
  std::memcpy(frame.stack().control.bytes(word::PAYLOAD), cid.data, cid.size);
  frame.stack().control.set(word::ARGS, 0);
  frame.stack().control.set(word::ARGS + 1, cid.size);
  return SyscallResult::suspend();
}

SyscallResult ipld_block_create(Frame& frame, const Raw* args, uint8_t* out) {
  const auto& [prices, rules] = std::tie(frame.stack().config.prices, frame.stack().config.rules);
  const uint64_t codec = args[0];
  const auto offset = static_cast<uint32_t>(args[1]);
  const auto length = static_cast<uint32_t>(args[2]);
  const GuestMemory memory = frame.memory();
  if (!memory.holds(offset, length)) return frame.refuse_buffer(offset, length);
  if (rules.maxBlockBytes != 0 && length > rules.maxBlockBytes) return frame.refuse(Reason::kLargeBlock);
  if (rules.trackLinks && !codec_allowed(rules, codec)) return frame.refuse(Reason::kCodec, codec);
  const auto charge = [&](uint64_t links) {
    const Milligas cost = Prices::block(prices.blockCreatePerByte, prices.blockCreatePerLink,
                                        prices.blockCreateMinPerByte, length, links);
    return frame.stack().gas.charge(Observed::OnBlockCreate, cost, length, links);
  };
  // Without links to scan the charge comes first; and bytes that are not paid for are not copied.
  if (!rules.trackLinks && !charge(0)) return SyscallResult::out_of_gas();
  const auto block = std::make_shared<const Block>(codec, memory.span(offset, length));
  if (rules.trackLinks) {
    const SyscallResult result = charge_scan(frame, block->scan());
    if (result.kind != SyscallResult::kDone) return result;
    if (!charge(block->scan().links.size())) return SyscallResult::out_of_gas();
  }
  BlockRegistry& registry = frame.registry();
  if (registry.full()) return frame.refuse(Reason::kTooManyBlocks);
  if (!codec_allowed(rules, codec)) return frame.refuse(Reason::kCodec, codec);
  if (rules.trackLinks) {
    for (const Cid& link : block->scan().links) {
      if (!registry.reachable().contains(link)) return frame.refuse(Reason::kLinkUnreachable, link);
    }
  }
  write_u32(out, registry.add(block));
  return SyscallResult::done();
}

SyscallResult ipld_block_read(Frame& frame, const Raw* args, uint8_t* out) {
  const auto handle = static_cast<uint32_t>(args[0]);
  const auto offset = static_cast<uint32_t>(args[1]);
  const auto target = static_cast<uint32_t>(args[2]);
  const auto length = static_cast<uint32_t>(args[3]);
  const GuestMemory memory = frame.memory();
  if (!memory.holds(target, length)) return frame.refuse_buffer(target, length);
  const uint64_t end = uint64_t{offset} + length;
  if (end > std::numeric_limits<int32_t>::max()) return frame.refuse(Reason::kReadBeyondI32);
  const BlockPtr* block = frame.registry().find(handle);
  if (!block) return frame.refuse(Reason::kNoHandle, handle);
  const ByteSpan data = (*block)->data();
  const size_t count = offset < data.size() ? std::min<size_t>(data.size() - offset, length) : 0;
  const Milligas cost = Milligas{frame.stack().config.prices.blockReadPerByte} * count;
  if (!frame.stack().gas.charge(Observed::OnBlockRead, cost)) return SyscallResult::out_of_gas();
  if (count > 0) std::memcpy(memory.base + target, data.data() + offset, count);
  write_u32(out, static_cast<uint32_t>(static_cast<int32_t>(data.size()) - static_cast<int32_t>(end)));
  return SyscallResult::done();
}

SyscallResult ipld_block_stat(Frame& frame, const Raw* args, uint8_t* out) {
  const auto handle = static_cast<uint32_t>(args[0]);
  if (!frame.stack().gas.charge(Observed::OnBlockStat, 0)) return SyscallResult::out_of_gas();
  const BlockPtr* block = frame.registry().find(handle);
  if (!block) return frame.refuse(Reason::kNoHandle, handle);
  write_u64(out, (*block)->codec());
  write_u32(out + 8, (*block)->size());
  return SyscallResult::done();
}

SyscallResult ipld_block_link(Frame& frame, const Raw* args, uint8_t* out) {
  const auto& [prices, rules] = std::tie(frame.stack().config.prices, frame.stack().config.rules);
  const auto handle = static_cast<uint32_t>(args[0]);
  const GuestRange target{static_cast<uint32_t>(args[3]), static_cast<uint32_t>(args[4])};
  if (!frame.memory().holds(target.offset, target.length)) return frame.refuse_buffer(target.offset, target.length);
  if (args[1] != kBlake2b256 || static_cast<uint32_t>(args[2]) != kBlake2b256Bytes) {
    return frame.refuse(Reason::kLinkHash);
  }
  const BlockPtr* found = frame.registry().find(handle);
  if (!found) return frame.refuse(Reason::kNoHandle, handle);
  const BlockPtr block = *found;
  const Milligas cost = Milligas{prices.blockLinkBase} + Milligas{prices.blockLinkPerByte} * block->size();
  if (!frame.stack().gas.charge(Observed::OnBlockLink, cost, block->size())) return SyscallResult::out_of_gas();
  const Cid cid = cid_of(block->codec(), block->data());
  frame.stack().blocks.put(cid, block);
  if (Observations* observations = frame.stack().gas.observations) {
    observations->block(Observed::BlockWrite, cid, block->size());
  }
  if (rules.trackLinks) frame.registry().reachable().add_copy(cid);
  frame.wrote_block();
  return frame.answer(cid.bytes(), target, Reason::kSmallCidBuffer, out);
}

}  // namespace fvm
