#include "decode.h"
#include "c/exit.h"
#include "helpers.h"
#include "interpreter.h"

/** First operation of a group that belongs to an opcode, 0 for none. */
static const uint8_t arithmetic[16] = {
#define EACH(name, code) [code] = name##64_IMM,
    ARITHMETIC(EACH)
#undef EACH
};
static const uint8_t signed_division[16] = {
#define EACH(name, code) [code] = name##64_IMM,
    SIGNED_DIVISION(EACH)
#undef EACH
};
static const uint8_t conditions[16] = {
#define EACH(name, code) [code] = name##64_IMM,
    CONDITIONS(EACH)
#undef EACH
};
static const uint8_t memory_access[256] = {
#define EACH(name, opcode, type) [opcode] = name,
    LOADS(EACH)
#undef EACH
#define EACH(name, opcode, type) [opcode] = name##_IMM, [opcode + 1] = name##_REG,
        STORES(EACH)
#undef EACH
};
static const uint8_t atomics[256] = {
#define EACH(name, code) [code] = name##64,
    ATOMICS(EACH)
#undef EACH
};

enum { NEGATE = 0x8, CONVERT = 0xd };
enum { JUMP = 0x0, CALL = 0x8, LEAVE = 0x9 };
enum { WIDE_LOAD = 0x18, ATOMIC32 = 0xc3, ATOMIC64 = 0xdb };

/** Program that is being decoded, and the place in it. */
struct decoder {
  const struct instruction *code;
  struct slot *slots;
  uint32_t count, at;
  uint32_t exit_code;
};

static _Noreturn void refuse(const struct decoder *decoder, const char *reason) {
  struct text text = {0};
  add_text(&text, "instruction ");
  add_number(&text, decoder->at);
  add_text(&text, ", opcode ");
  add_hex(&text, decoder->code[decoder->at].opcode);
  add_text(&text, ": ");
  add_text(&text, reason);
  fail_with(decoder->exit_code, &text);
}

/** Fields that an instruction does not use are zero, for the sake of instructions that will use them. */
static void expect(const struct decoder *decoder, int holds) {
  if (!holds) refuse(decoder, "no instruction of this instruction set");
}

static const struct slot *target_of(const struct decoder *decoder, int64_t distance) {
  int64_t target = (int64_t)decoder->at + 1 + distance;
  if (target < 0 || target >= decoder->count) refuse(decoder, "leads out of the code");
  return &decoder->slots[target];
}

static int is_by_register(struct instruction i) { return (i.opcode & BY_REGISTER) != 0; }

/** Place in a group of four operations: 64 or 32 bits, with a number or with a register. */
static uint32_t variant(struct instruction i, int is_wide) {
  return (is_wide ? 0u : 2u) + (is_by_register(i) ? 1u : 0u);
}

static void decode_move(const struct decoder *decoder, struct instruction i, int is_wide, struct slot *slot) {
  uint32_t operation = 0;
  if (i.offset == 8) operation = is_wide ? SEXT8 : SEXT8_32;
  if (i.offset == 16) operation = is_wide ? SEXT16 : SEXT16_32;
  if (i.offset == 32 && is_wide) operation = SEXT32;
  expect(decoder, operation != 0 && is_by_register(i));
  slot->operation = operation;
}

/** Byte order: this machine is little-endian, so only the other order, and the unconditional one, reverse bytes. */
static void decode_conversion(
    const struct decoder *decoder, struct instruction i, int is_wide, struct slot *slot
) {
  int swaps = is_wide || is_by_register(i);
  expect(decoder, i.source == 0 && i.offset == 0 && !(is_wide && is_by_register(i)));
  expect(decoder, i.immediate == 16 || i.immediate == 32 || i.immediate == 64);
  slot->source = slot->destination;
  if (i.immediate == 16) slot->operation = swaps ? SWAP16 : ZEXT16;
  if (i.immediate == 32) slot->operation = swaps ? SWAP32 : ZEXT32;
  if (i.immediate == 64) slot->operation = swaps ? SWAP64 : MOV64_REG;
}

static void decode_arithmetic(
    const struct decoder *decoder, struct instruction i, int is_wide, struct slot *slot
) {
  uint32_t code = i.opcode >> 4;
  if (code == CONVERT) return decode_conversion(decoder, i, is_wide, slot);
  expect(decoder, is_by_register(i) ? i.immediate == 0 : i.source == 0);
  if (code == NEGATE) {
    expect(decoder, !is_by_register(i) && i.offset == 0 && i.immediate == 0);
    slot->operation = is_wide ? NEG64 : NEG32;
    return;
  }
  if (arithmetic[code] == MOV64_IMM && i.offset != 0) return decode_move(decoder, i, is_wide, slot);
  uint32_t group = i.offset == 1 ? signed_division[code] : arithmetic[code];
  expect(decoder, group != 0 && (i.offset == 0 || i.offset == 1));
  slot->operation = group + variant(i, is_wide);
}

static void decode_call(const struct decoder *decoder, struct instruction i, struct slot *slot) {
  if (is_by_register(i)) {
    // Compilers before LLVM 19 name the register in the immediate.
    uint32_t number = i.destination != 0 ? i.destination : (uint32_t)i.immediate;
    expect(decoder, i.source == 0 && i.offset == 0 && (i.destination == 0 || i.immediate == 0));
    expect(decoder, number < REGISTERS);
    slot->operation = CALL_REGISTER;
    slot->source = &registers[number];
    return;
  }
  expect(decoder, i.destination == 0 && i.offset == 0 && i.source <= 1);
  if (i.source == 1) {
    slot->operation = CALL_LOCAL;
    slot->target = target_of(decoder, i.immediate);
    return;
  }
  slot->operation = CALL_HELPER;
  if (!is_helper((uint32_t)i.immediate)) refuse(decoder, "no such helper");
}

static void decode_jump(
    const struct decoder *decoder, struct instruction i, int is_wide, struct slot *slot
) {
  uint32_t code = i.opcode >> 4;
  if (code == JUMP) {
    expect(decoder, !is_by_register(i) && i.destination == 0 && i.source == 0);
    expect(decoder, is_wide ? i.immediate == 0 : i.offset == 0);
    slot->operation = JA;
    slot->target = target_of(decoder, is_wide ? i.offset : i.immediate);
    return;
  }
  if (code == CALL) {
    expect(decoder, is_wide);
    return decode_call(decoder, i, slot);
  }
  if (code == LEAVE) {
    expect(decoder, is_wide && !is_by_register(i) && i.destination == 0 && i.source == 0);
    expect(decoder, i.offset == 0 && i.immediate == 0);
    slot->operation = EXIT;
    return;
  }
  expect(decoder, conditions[code] != 0 && (is_by_register(i) ? i.immediate == 0 : i.source == 0));
  slot->operation = conditions[code] + variant(i, is_wide);
  slot->target = target_of(decoder, i.offset);
}

static void decode_wide_load(struct decoder *decoder, struct instruction i, struct slot *slot) {
  expect(decoder, i.source == 0 && i.offset == 0 && decoder->at + 1 < decoder->count);
  struct instruction high = decoder->code[decoder->at + 1];
  expect(decoder, high.opcode == 0 && high.destination == 0 && high.source == 0 && high.offset == 0);
  slot->operation = LDDW;
  slot->immediate = (int64_t)((uint64_t)(uint32_t)high.immediate << 32 | (uint32_t)i.immediate);
  // The second half keeps the operation that nothing may lead to.
  decoder->at++;
}

static void decode_memory(const struct decoder *decoder, struct instruction i, struct slot *slot) {
  slot->offset = i.offset;
  if (i.opcode == ATOMIC32 || i.opcode == ATOMIC64) {
    uint32_t code = (uint32_t)i.immediate;
    expect(decoder, code < 256 && atomics[code] != 0);
    slot->operation = atomics[code] + (i.opcode == ATOMIC64 ? 0 : 1);
    return;
  }
  uint32_t class = i.opcode & 7;
  expect(decoder, memory_access[i.opcode] != 0);
  expect(decoder, class == ST ? i.source == 0 : i.immediate == 0);
  slot->operation = memory_access[i.opcode];
}

/** The register that an instruction writes, if any: the frame pointer is none that may be. */
static int writes_frame_pointer(struct instruction i) {
  uint32_t class = i.opcode & 7;
  if (class == STX) return i.opcode == ATOMIC64 || i.opcode == ATOMIC32 ? i.source == FRAME_POINTER : 0;
  return class != ST && class != JMP && class != JMP32 && i.destination == FRAME_POINTER;
}

static void decode_one(struct decoder *decoder) {
  struct instruction i = decoder->code[decoder->at];
  struct slot *slot = &decoder->slots[decoder->at];
  expect(decoder, i.destination < REGISTERS && i.source < REGISTERS);
  if (writes_frame_pointer(i)) refuse(decoder, "writes to r10");
  slot->destination = &registers[i.destination];
  slot->source = &registers[i.source];
  slot->immediate = i.immediate;
  switch ((enum instruction_class)(i.opcode & 7)) {
    case ALU:
    case ALU64:
      return decode_arithmetic(decoder, i, (i.opcode & 7) == ALU64, slot);
    case JMP:
    case JMP32:
      return decode_jump(decoder, i, (i.opcode & 7) == JMP, slot);
    case LD:
      expect(decoder, i.opcode == WIDE_LOAD);
      return decode_wide_load(decoder, i, slot);
    default:
      return decode_memory(decoder, i, slot);
  }
}

struct code decode(struct bytes code, uint32_t exit_code) {
  if (code.length % sizeof(struct instruction) != 0) fail(exit_code, "the code ends within an instruction");
  uint32_t count = code.length / sizeof(struct instruction);
  struct instruction *aligned = take(code.length);
  move_memory(aligned, code.at, code.length);
  struct decoder decoder = {
      .code = aligned,
      .slots = take((count + 1) * sizeof(struct slot)),
      .count = count,
      .exit_code = exit_code,
  };
  for (; decoder.at < count; decoder.at++) decode_one(&decoder);
  return (struct code){decoder.slots, count};
}
