#include "contract.h"
#include "blocks.h"
#include "cbor.h"
#include "exit.h"
#include "hamt.h"
#include "syscalls.h"

#define MAX_MAPS 64

struct map {
  struct bytes name;
  struct hamt hamt;
};

static struct bytes root, program, state;
static int state_changed;
/** In the order in which they were first named, so that their numbers stay. */
static struct map maps[MAX_MAPS];
static uint32_t map_count;

static const uint8_t null_item[] = {0xf6};

static struct bytes current_root(void) {
  uint8_t *cid = take(FVM_MAX_CID);
  uint32_t used;
  check(self_root(&used, cid, FVM_MAX_CID), "no state");
  return (struct bytes){cid, used};
}

static int is_null(struct bytes item) { return item.length == 1 && item.at[0] == null_item[0]; }

uint32_t contract_map(struct bytes name) {
  for (uint32_t i = 0; i < map_count; i++)
    if (same_bytes(maps[i].name, name)) return i;
  if (map_count == MAX_MAPS) fail(ASSERTION_FAILED, "a contract has 64 maps at most");
  maps[map_count] = (struct map){.name = copy_bytes(name)};
  return map_count++;
}

struct hamt *map_numbered(uint64_t number) { return number < map_count ? &maps[number].hamt : NULL; }

static void read_root(void) {
  root = current_root();
  struct reader reader = reader_of(load_block(root));
  read_tuple(&reader, 3);
  program = read_link(&reader);
  state = read_item(&reader);
  state_changed = 0;
  for (uint32_t i = 0; i < map_count; i++) maps[i].hamt = hamt_of((struct bytes){0});
  uint64_t count = read_head(&reader, CBOR_MAP);
  for (uint64_t i = 0; i < count; i++) {
    uint32_t number = contract_map(read_text(&reader));
    maps[number].hamt = hamt_of(read_link(&reader));
  }
  read_end(&reader);
}

struct bytes open_contract(void) {
  read_root();
  return load_block(program);
}

void reopen_contract(void) {
  if (!same_bytes(root, current_root())) read_root();
}

struct bytes contract_state(void) { return is_null(state) ? (struct bytes){0} : state; }

void set_contract_state(struct bytes item) {
  if (same_bytes(state, item)) return;
  state = copy_bytes(item);
  state_changed = 1;
}

/** Keys of a map in DAG-CBOR: the shorter one first. */
static int key_order(struct bytes a, struct bytes b) {
  return a.length != b.length ? (a.length < b.length ? -1 : 1) : compare_bytes(a, b);
}

static void write_maps(struct writer *writer) {
  const struct map *sorted[MAX_MAPS];
  uint32_t count = 0;
  for (uint32_t i = 0; i < map_count; i++) {
    if (maps[i].hamt.cid.length == 0) continue;
    uint32_t at = count++;
    for (; at > 0 && key_order(sorted[at - 1]->name, maps[i].name) > 0; at--) sorted[at] = sorted[at - 1];
    sorted[at] = &maps[i];
  }
  write_head(writer, CBOR_MAP, count);
  for (uint32_t i = 0; i < count; i++) {
    write_string(writer, CBOR_TEXT, sorted[i]->name);
    write_link(writer, sorted[i]->hamt.cid);
  }
}

static void write_root(void) {
  struct writer writer = {0};
  write_head(&writer, CBOR_ARRAY, 3);
  write_link(&writer, program);
  write_raw(&writer, state);
  write_maps(&writer);
  root = store_block(written(&writer));
  check(self_set_root(root.at), "the state cannot be changed");
  state_changed = 0;
}

void save_contract(void) {
  int changed = state_changed;
  for (uint32_t i = 0; i < map_count; i++) {
    changed |= maps[i].hamt.changed;
    hamt_flush(&maps[i].hamt);
  }
  if (changed) write_root();
}

void found_contract(struct bytes code) {
  program = store_block(code);
  state = (struct bytes){null_item, sizeof null_item};
  write_root();
}
