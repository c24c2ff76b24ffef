/** Instructions as they are deployed (RFC 9669, section 3), and as they are executed. */
#pragma once

#include <stdint.h>

/** In a program's code, little-endian. */
struct instruction {
  uint8_t opcode;
  uint8_t destination : 4, source : 4;
  int16_t offset;
  int32_t immediate;
};

/** The lower three bits of an opcode. */
enum instruction_class { LD, LDX, ST, STX, ALU, JMP, JMP32, ALU64 };

/** The bit that says that an operand is a register. */
#define BY_REGISTER 0x08

#define REGISTERS 11
#define FRAME_POINTER 10

/** Operations of arithmetic, for both widths, with a register and with a number: name, code. */
#define ARITHMETIC(X) \
  X(ADD, 0x0) \
  X(SUB, 0x1) \
  X(MUL, 0x2) \
  X(DIV, 0x3) \
  X(OR, 0x4) \
  X(AND, 0x5) \
  X(LSH, 0x6) \
  X(RSH, 0x7) \
  X(MOD, 0x9) \
  X(XOR, 0xa) \
  X(MOV, 0xb) \
  X(ARSH, 0xc)

/** The same of signed division, which differ from the unsigned ones by an offset of one. */
#define SIGNED_DIVISION(X) \
  X(SDIV, 0x3) \
  X(SMOD, 0x9)

/** Conditions of jumps, likewise. */
#define CONDITIONS(X) \
  X(JEQ, 0x1) \
  X(JGT, 0x2) \
  X(JGE, 0x3) \
  X(JSET, 0x4) \
  X(JNE, 0x5) \
  X(JSGT, 0x6) \
  X(JSGE, 0x7) \
  X(JLT, 0xa) \
  X(JLE, 0xb) \
  X(JSLT, 0xc) \
  X(JSLE, 0xd)

/** Loads: name, opcode, type in memory. Each is extended as its type says. */
#define LOADS(X) \
  X(LDXW, 0x61, uint32_t) \
  X(LDXH, 0x69, uint16_t) \
  X(LDXB, 0x71, uint8_t) \
  X(LDXDW, 0x79, uint64_t) \
  X(LDXSW, 0x81, int32_t) \
  X(LDXSH, 0x89, int16_t) \
  X(LDXSB, 0x91, int8_t)

/** Stores, of a number (opcode) and of a register (opcode + 1). */
#define STORES(X) \
  X(STW, 0x62, uint32_t) \
  X(STH, 0x6a, uint16_t) \
  X(STB, 0x72, uint8_t) \
  X(STDW, 0x7a, uint64_t)

/** Atomic operations, for both widths: name, immediate. */
#define ATOMICS(X) \
  X(ATOMIC_ADD, 0x00) \
  X(ATOMIC_OR, 0x40) \
  X(ATOMIC_AND, 0x50) \
  X(ATOMIC_XOR, 0xa0) \
  X(FETCH_ADD, 0x01) \
  X(FETCH_OR, 0x41) \
  X(FETCH_AND, 0x51) \
  X(FETCH_XOR, 0xa1) \
  X(XCHG, 0xe1) \
  X(CMPXCHG, 0xf1)

/** Values that are cut to a width, sign-extended from it, or have their bytes reversed in it. */
#define CONVERSIONS(X) \
  X(ZEXT16) X(ZEXT32) X(SEXT8) X(SEXT16) X(SEXT32) X(SEXT8_32) X(SEXT16_32) X(SWAP16) X(SWAP32) X(SWAP64)

enum operation {
  /** Second half of a wide instruction, or beyond the last one: nothing may lead there. */
  NOTHING,
#define EACH(name, code) name##64_IMM, name##64_REG, name##32_IMM, name##32_REG,
  ARITHMETIC(EACH) SIGNED_DIVISION(EACH) CONDITIONS(EACH)
#undef EACH
#define EACH(name, opcode, type) name,
      LOADS(EACH)
#undef EACH
#define EACH(name, opcode, type) name##_IMM, name##_REG,
          STORES(EACH)
#undef EACH
#define EACH(name, code) name##64, name##32,
              ATOMICS(EACH)
#undef EACH
#define EACH(name) name,
                  CONVERSIONS(EACH)
#undef EACH
                      NEG64,
  NEG32,
  LDDW,
  JA,
  CALL_LOCAL,
  CALL_HELPER,
  CALL_REGISTER,
  EXIT,
};

/** An instruction that is ready to be executed: nothing is left to be scaled, extended or looked up. */
struct slot {
  uint32_t operation;
  uint64_t *destination, *source;
  union {
    int32_t offset;
    const struct slot *target;
  };
  int64_t immediate;
};
