/**
 * The eBPF actor: a contract is a program in the state of an actor of this code. The constructor takes
 * [program, parameters of the program's own constructor]; all other methods are the program's.
 */
#include "c/blocks.h"
#include "c/contract.h"
#include "c/exit.h"
#include "c/syscalls.h"
#include "helpers.h"
#include "interpreter.h"
#include "memory_map.h"
#include "program.h"

#define CONSTRUCTOR 1
/** ID of the init actor, which creates contracts. */
#define INIT 1

static struct bytes params_of(uint32_t handle) {
  if (handle == 0) return (struct bytes){0};
  struct fvm_stat stat;
  check(ipld_stat(&stat, handle), "no parameters");
  return block_bytes(handle, stat.size);
}

/** Executes a method and keeps what it changed; the block that it returns. */
static uint32_t run(const struct program *program, struct code code, uint32_t entry, struct bytes params) {
  uint8_t *data = take(program->data_size);
  move_memory(data, program->data.at, program->data.length);
  map_region(READ_ONLY_DATA, (void *)program->read_only_data.at, program->read_only_data.length, 0);
  map_region(DATA, data, program->data_size, 1);
  map_region(INPUT, (void *)params.at, params.length, 0);
  registers[1] = ADDRESS(INPUT);
  registers[2] = params.length;
  uint32_t exit_code = (uint32_t)execute(code, entry);
  if (exit_code != 0) leave(exit_code, result_block(), (struct bytes){0});
  save_contract();
  return result_block();
}

static uint32_t construct(struct bytes params) {
  struct reader reader = reader_of(params);
  read_tuple(&reader, 2);
  struct bytes block = read_bytes(&reader);
  struct bytes own = read_bytes(&reader);
  read_end(&reader);
  struct program program = program_of(block);
  struct code code = decode(program.code, ILLEGAL_ARGUMENT);
  int64_t entry = entry_of(&program, CONSTRUCTOR);
  found_contract(block);
  if (entry >= 0) return run(&program, code, (uint32_t)entry, own);
  if (own.length > 0) fail(UNHANDLED_MESSAGE, "the program has no constructor");
  return 0;
}

__attribute__((export_name("invoke"))) uint32_t invoke(uint32_t handle) {
  struct fvm_message_context context;
  check(vm_message_context(&context), "no message");
  struct bytes params = params_of(handle);
  if (context.method == CONSTRUCTOR) {
    // Else anybody could found a contract anew.
    if (context.caller != INIT) fail(FORBIDDEN, "contracts are created by the init actor");
    return construct(params);
  }
  struct program program = program_of(open_contract());
  int64_t entry = entry_of(&program, context.method);
  if (entry < 0) fail(UNHANDLED_MESSAGE, "the program has no such method");
  return run(&program, decode(program.code, ASSERTION_FAILED), (uint32_t)entry, params);
}
