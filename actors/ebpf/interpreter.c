#include "interpreter.h"
#include "c/exit.h"
#include "helpers.h"
#include "memory_map.h"

uint64_t registers[REGISTERS];

#define SAVED 4

/** State that a call restores when it returns. */
static struct frame {
  const struct slot *next;
  uint64_t saved[SAVED];
} frames[FRAMES];

static struct code running;
/** The instruction that a helper or a fault belongs to. */
static const struct slot *current;

void fault(const char *reason, uint64_t detail) {
  struct text text = {0};
  add_text(&text, "instruction ");
  add_number(&text, (uint64_t)(current - running.slots));
  add_text(&text, ": ");
  add_text(&text, reason);
  add_text(&text, " ");
  add_hex(&text, detail);
  fail_with(ASSERTION_FAILED, &text);
}

static uint64_t swapped(uint64_t value, uint32_t bits) { return __builtin_bswap64(value) >> (64 - bits); }

/** Division by zero is zero, and a remainder by zero the dividend: RFC 9669, section 4.1. */
#define ADD_OF(T, S, a, b) ((a) + (b))
#define SUB_OF(T, S, a, b) ((a) - (b))
#define MUL_OF(T, S, a, b) ((a) * (b))
#define DIV_OF(T, S, a, b) ((b) == 0 ? 0 : (a) / (b))
#define MOD_OF(T, S, a, b) ((b) == 0 ? (a) : (a) % (b))
/** By -1 apart, since the least number has no negative. */
#define SDIV_OF(T, S, a, b) ((b) == 0 ? 0 : (S)(b) == -1 ? (T)0 - (a) : (T)((S)(a) / (S)(b)))
#define SMOD_OF(T, S, a, b) ((b) == 0 ? (a) : (S)(b) == -1 ? 0 : (T)((S)(a) % (S)(b)))
#define OR_OF(T, S, a, b) ((a) | (b))
#define AND_OF(T, S, a, b) ((a) & (b))
#define XOR_OF(T, S, a, b) ((a) ^ (b))
#define MOV_OF(T, S, a, b) ((void)(a), (b))
#define LSH_OF(T, S, a, b) ((a) << ((b) & (8 * sizeof(T) - 1)))
#define RSH_OF(T, S, a, b) ((a) >> ((b) & (8 * sizeof(T) - 1)))
#define ARSH_OF(T, S, a, b) ((T)((S)(a) >> ((b) & (8 * sizeof(T) - 1))))

#define JEQ_OF(S, a, b) ((a) == (b))
#define JNE_OF(S, a, b) ((a) != (b))
#define JGT_OF(S, a, b) ((a) > (b))
#define JGE_OF(S, a, b) ((a) >= (b))
#define JLT_OF(S, a, b) ((a) < (b))
#define JLE_OF(S, a, b) ((a) <= (b))
#define JSET_OF(S, a, b) (((a) & (b)) != 0)
#define JSGT_OF(S, a, b) ((S)(a) > (S)(b))
#define JSGE_OF(S, a, b) ((S)(a) >= (S)(b))
#define JSLT_OF(S, a, b) ((S)(a) < (S)(b))
#define JSLE_OF(S, a, b) ((S)(a) <= (S)(b))

#define ATOMIC_ADD_OF(a, b) ((a) + (b))
#define ATOMIC_OR_OF(a, b) ((a) | (b))
#define ATOMIC_AND_OF(a, b) ((a) & (b))
#define ATOMIC_XOR_OF(a, b) ((a) ^ (b))
#define FETCH_ADD_OF ATOMIC_ADD_OF
#define FETCH_OR_OF ATOMIC_OR_OF
#define FETCH_AND_OF ATOMIC_AND_OF
#define FETCH_XOR_OF ATOMIC_XOR_OF
#define XCHG_OF(a, b) ((void)(a), (b))
#define CMPXCHG_OF(a, b) ((a) == compared ? (b) : (a))

/** Results of 32 bits clear the upper half. */
#define COMPUTE(operation, T, S, OF, operand) \
  case operation: { \
    T a = (T)*pc->destination; \
    T b = (T)(operand); \
    *pc->destination = OF(T, S, a, b); \
    pc++; \
    continue; \
  }
#define COMPUTE_ALL(name, code) \
  COMPUTE(name##64_IMM, uint64_t, int64_t, name##_OF, pc->immediate) \
  COMPUTE(name##64_REG, uint64_t, int64_t, name##_OF, *pc->source) \
  COMPUTE(name##32_IMM, uint32_t, int32_t, name##_OF, pc->immediate) \
  COMPUTE(name##32_REG, uint32_t, int32_t, name##_OF, *pc->source)

#define BRANCH(operation, T, S, OF, operand) \
  case operation: { \
    T a = (T)*pc->destination; \
    T b = (T)(operand); \
    if (OF(S, a, b)) { \
      pc = pc->target; \
      continue; \
    } \
    pc++; \
    continue; \
  }
#define BRANCH_ALL(name, code) \
  BRANCH(name##64_IMM, uint64_t, int64_t, name##_OF, pc->immediate) \
  BRANCH(name##64_REG, uint64_t, int64_t, name##_OF, *pc->source) \
  BRANCH(name##32_IMM, uint32_t, int32_t, name##_OF, pc->immediate) \
  BRANCH(name##32_REG, uint32_t, int32_t, name##_OF, *pc->source)

/** Memory of a program need not be aligned. */
#define UNALIGNED(type) typedef type __attribute__((aligned(1), may_alias)) unaligned_##type
UNALIGNED(uint8_t);
UNALIGNED(uint16_t);
UNALIGNED(uint32_t);
UNALIGNED(uint64_t);
UNALIGNED(int8_t);
UNALIGNED(int16_t);
UNALIGNED(int32_t);

#define LOCATE(base, size, ends) \
  uint64_t address = (base) + (uint64_t)(int64_t)pc->offset; \
  uint8_t *at = mapped(address, size, ends); \
  if (at == NULL) goto bad_address;

#define LOAD(name, opcode, type) \
  case name: { \
    LOCATE(*pc->source, sizeof(type), readable) \
    *pc->destination = (uint64_t)(int64_t)*(unaligned_##type *)at; \
    pc++; \
    continue; \
  }
#define STORE(operation, type, value) \
  case operation: { \
    LOCATE(*pc->destination, sizeof(type), writable) \
    *(unaligned_##type *)at = (type)(value); \
    pc++; \
    continue; \
  }
#define STORE_ALL(name, opcode, type) \
  STORE(name##_IMM, type, pc->immediate) \
  STORE(name##_REG, type, *pc->source)

/** One actor runs at a time, so that plain reads and writes are atomic. `old` goes to the register that the code names. */
#define ATOMIC(operation, type, OF, result) \
  case operation: { \
    LOCATE(*pc->destination, sizeof(type), writable) \
    type old = *(unaligned_##type *)at; \
    type compared = (type)registers[0]; \
    (void)compared; \
    *(unaligned_##type *)at = (type)OF(old, (type)*pc->source); \
    result; \
    pc++; \
    continue; \
  }
#define ATOMIC_ADD_RESULT (void)0
#define ATOMIC_OR_RESULT (void)0
#define ATOMIC_AND_RESULT (void)0
#define ATOMIC_XOR_RESULT (void)0
#define FETCH_ADD_RESULT *pc->source = old
#define FETCH_OR_RESULT *pc->source = old
#define FETCH_AND_RESULT *pc->source = old
#define FETCH_XOR_RESULT *pc->source = old
#define XCHG_RESULT *pc->source = old
#define CMPXCHG_RESULT registers[0] = old
#define ATOMIC_ALL(name, code) \
  ATOMIC(name##64, uint64_t, name##_OF, name##_RESULT) \
  ATOMIC(name##32, uint32_t, name##_OF, name##_RESULT)

#define CONVERT(operation, value) \
  case operation: \
    *pc->destination = (value); \
    pc++; \
    continue;

uint64_t execute(struct code code, uint32_t entry) {
  static uint8_t stack[FRAMES * FRAME_SIZE];
  map_region(STACK, stack, sizeof stack, 1);
  running = code;
  registers[FRAME_POINTER] = ADDRESS(STACK) + FRAME_SIZE;
  const struct slot *pc = code.slots + entry;
  struct frame *frame = frames;
  uint64_t wrong;
  for (;;) {
    switch (pc->operation) {
      ARITHMETIC(COMPUTE_ALL)
      SIGNED_DIVISION(COMPUTE_ALL)
      CONDITIONS(BRANCH_ALL)
      LOADS(LOAD)
      STORES(STORE_ALL)
      ATOMICS(ATOMIC_ALL)
      CONVERT(ZEXT16, (uint16_t)*pc->source)
      CONVERT(ZEXT32, (uint32_t)*pc->source)
      CONVERT(SEXT8, (uint64_t)(int8_t)*pc->source)
      CONVERT(SEXT16, (uint64_t)(int16_t)*pc->source)
      CONVERT(SEXT32, (uint64_t)(int32_t)*pc->source)
      CONVERT(SEXT8_32, (uint32_t)(int8_t)*pc->source)
      CONVERT(SEXT16_32, (uint32_t)(int16_t)*pc->source)
      CONVERT(SWAP16, swapped(*pc->source, 16))
      CONVERT(SWAP32, swapped(*pc->source, 32))
      CONVERT(SWAP64, swapped(*pc->source, 64))
      CONVERT(NEG64, 0 - *pc->destination)
      CONVERT(NEG32, (uint32_t)(0 - *pc->destination))
      case LDDW:
        *pc->destination = (uint64_t)pc->immediate;
        pc += 2;
        continue;
      case JA:
        pc = pc->target;
        continue;
      case CALL_LOCAL:
        // The outermost function has the frame that is left.
        if (frame == frames + FRAMES - 1) goto too_deep;
        frame->next = pc + 1;
        for (uint32_t i = 0; i < SAVED; i++) frame->saved[i] = registers[6 + i];
        frame++;
        registers[FRAME_POINTER] += FRAME_SIZE;
        pc = pc->target;
        continue;
      case EXIT:
        if (frame == frames) return registers[0];
        frame--;
        for (uint32_t i = 0; i < SAVED; i++) registers[6 + i] = frame->saved[i];
        registers[FRAME_POINTER] -= FRAME_SIZE;
        pc = frame->next;
        continue;
      case CALL_HELPER:
        current = pc;
        registers[0] = call_helper((uint32_t)pc->immediate);
        pc++;
        continue;
      case CALL_REGISTER:
        current = pc;
        if (*pc->source > UINT32_MAX || !is_helper((uint32_t)*pc->source))
          fault("no function at", *pc->source);
        registers[0] = call_helper((uint32_t)*pc->source);
        pc++;
        continue;
      case NOTHING:
        current = pc;
        fault("no instruction here, opcode", 0);
    }
    __builtin_unreachable();
  bad_address:
    current = pc;
    wrong = (pc->operation >= LDXW && pc->operation <= LDXSB ? *pc->source : *pc->destination);
    fault("no such memory, at", wrong + (uint64_t)(int64_t)pc->offset);
  too_deep:
    current = pc;
    fault("calls are too deep, frames", FRAMES);
  }
}
