#include "program.h"
#include "c/exit.h"

#define VERSION 1
/** Bytes of data, zeros included: a program's static memory. */
#define MAX_DATA (16u << 20)

struct program program_of(struct bytes block) {
  struct reader reader = reader_of(block);
  struct program program;
  read_tuple(&reader, 6);
  if (read_u32(&reader) != VERSION) fail(SERIALIZATION, "a program of another version");
  program.code = read_bytes(&reader);
  program.read_only_data = read_bytes(&reader);
  program.data = read_bytes(&reader);
  program.data_size = read_u32(&reader);
  if (program.data_size < program.data.length || program.data_size > MAX_DATA)
    fail(SERIALIZATION, "a program's data has no possible size");
  uint64_t methods = read_head(&reader, CBOR_ARRAY);
  if (methods > block.length) fail(SERIALIZATION, "malformed CBOR");
  program.methods = (uint32_t)methods;
  program.method_list = reader;
  return program;
}

int64_t entry_of(const struct program *program, uint64_t method) {
  struct reader reader = program->method_list;
  uint32_t count = program->code.length / sizeof(struct instruction);
  int64_t found = -1;
  for (uint32_t i = 0; i < program->methods; i++) {
    read_tuple(&reader, 3);
    uint64_t number = read_head(&reader, CBOR_UINT);
    uint32_t entry = read_u32(&reader);
    read_text(&reader);
    if (entry >= count) fail(SERIALIZATION, "a method begins beyond the code");
    if (number == method) found = entry;
  }
  read_end(&reader);
  return found;
}
