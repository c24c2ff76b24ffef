#include "hamt.h"
#include "blocks.h"
#include "cbor.h"
#include "exit.h"
#include "syscalls.h"

#define BITS 5
#define WIDTH (1 << BITS)
#define BUCKET 3
/** Levels of whole slots in a hash; its last bit would be one more. */
#define LEVELS 51

struct entry {
  struct bytes key, value;
};

/** Content of a slot: nothing, entries, or a child: loaded, or only named by its link. */
struct slot {
  uint32_t count;
  struct entry *entries;
  struct hamt_node *child;
  struct bytes link;
};

struct hamt_node {
  struct slot slots[WIDTH];
};

struct hash {
  uint8_t bytes[32];
};

static struct hash hash_of(struct bytes key) {
  struct hash hash;
  uint32_t used;
  check(crypto_hash(&used, FVM_SHA2_256, key.at, key.length, hash.bytes, sizeof hash.bytes), "no hash");
  return hash;
}

static uint32_t slot_at(const struct hash *hash, uint32_t level) {
  if (level >= LEVELS) fail(ILLEGAL_STATE, "a map is too deep");
  uint32_t start = level * BITS;
  uint32_t at = start / 8;
  uint32_t window = (uint32_t)hash->bytes[at] << 8 | (at + 1 < 32 ? hash->bytes[at + 1] : 0);
  return window >> (16 - start % 8 - BITS) & (WIDTH - 1);
}

static uint32_t used_slots(struct bytes field) {
  if (field.length > sizeof(uint32_t)) fail(ILLEGAL_STATE, "a map has slots beyond its width");
  uint32_t used = 0;
  for (uint32_t i = 0; i < field.length; i++) used = used << 8 | field.at[i];
  return used;
}

static void read_slot(struct reader *reader, struct slot *slot) {
  if (next_major(reader) != CBOR_ARRAY) {
    slot->link = read_link(reader);
    return;
  }
  uint64_t count = read_head(reader, CBOR_ARRAY);
  if (count == 0 || count > BUCKET) fail(ILLEGAL_STATE, "a map has a malformed bucket");
  slot->count = (uint32_t)count;
  slot->entries = take(BUCKET * sizeof(struct entry));
  for (uint32_t i = 0; i < count; i++) {
    read_tuple(reader, 2);
    slot->entries[i].key = read_bytes(reader);
    slot->entries[i].value = read_item(reader);
  }
}

static struct hamt_node *load_node(struct bytes cid) {
  struct reader reader = reader_of(load_block(cid));
  struct hamt_node *node = take(sizeof(struct hamt_node));
  read_tuple(&reader, 2);
  uint32_t used = used_slots(read_bytes(&reader));
  read_tuple(&reader, (uint64_t)__builtin_popcount(used));
  for (uint32_t rest = used; rest != 0; rest &= rest - 1)
    read_slot(&reader, &node->slots[__builtin_ctz(rest)]);
  read_end(&reader);
  return node;
}

static int is_child(const struct slot *slot) { return slot->child != NULL || slot->link.length != 0; }

static struct hamt_node *child_of(struct slot *slot) {
  if (slot->child == NULL) slot->child = load_node(slot->link);
  return slot->child;
}

static struct hamt_node *root_of(struct hamt *map) {
  if (map->root == NULL)
    map->root = map->cid.length == 0 ? take(sizeof(struct hamt_node)) : load_node(map->cid);
  return map->root;
}

struct hamt hamt_of(struct bytes cid) { return (struct hamt){.root = NULL, .cid = cid, .changed = 0}; }

/** The slot's entry of this key, or where it would be in the order of keys. */
static uint32_t place_of(const struct slot *slot, struct bytes key, int *found) {
  uint32_t at = 0;
  int order = 1;
  while (at < slot->count && (order = compare_bytes(slot->entries[at].key, key)) < 0) at++;
  *found = at < slot->count && order == 0;
  return at;
}

int hamt_get(struct hamt *map, struct bytes key, struct bytes *value) {
  struct hash hash = hash_of(key);
  struct hamt_node *node = root_of(map);
  for (uint32_t level = 0;; level++) {
    struct slot *slot = &node->slots[slot_at(&hash, level)];
    if (is_child(slot)) {
      node = child_of(slot);
      continue;
    }
    int found;
    uint32_t at = place_of(slot, key, &found);
    if (found) *value = slot->entries[at].value;
    return found;
  }
}

/** Whether something changed: links above it hold no more then. */
static int insert(struct hamt_node *node, uint32_t level, const struct hash *hash, struct entry entry);

static void split(struct slot *slot, uint32_t level) {
  struct hamt_node *child = take(sizeof(struct hamt_node));
  for (uint32_t i = 0; i < slot->count; i++) {
    struct hash hash = hash_of(slot->entries[i].key);
    insert(child, level, &hash, slot->entries[i]);
  }
  *slot = (struct slot){.child = child};
}

static int insert(struct hamt_node *node, uint32_t level, const struct hash *hash, struct entry entry) {
  struct slot *slot = &node->slots[slot_at(hash, level)];
  int found = 0;
  uint32_t at = is_child(slot) ? 0 : place_of(slot, entry.key, &found);
  if (found) {
    if (same_bytes(slot->entries[at].value, entry.value)) return 0;
    slot->entries[at].value = entry.value;
    return 1;
  }
  if (slot->count == BUCKET) split(slot, level + 1);
  if (is_child(slot)) {
    if (!insert(child_of(slot), level + 1, hash, entry)) return 0;
    slot->link.length = 0;
    return 1;
  }
  if (slot->entries == NULL) slot->entries = take(BUCKET * sizeof(struct entry));
  for (uint32_t i = slot->count; i > at; i--) slot->entries[i] = slot->entries[i - 1];
  slot->entries[at] = entry;
  slot->count++;
  return 1;
}

void hamt_set(struct hamt *map, struct bytes key, struct bytes value) {
  struct hash hash = hash_of(key);
  if (insert(root_of(map), 0, &hash, (struct entry){key, value})) map->changed = 1;
}

/** Least form of a child that lost an entry: a bucket, if that is large enough. */
static void collapse(struct slot *slot) {
  struct slot bucket = {.entries = take(BUCKET * sizeof(struct entry))};
  for (uint32_t i = 0; i < WIDTH; i++) {
    const struct slot *from = &slot->child->slots[i];
    if (is_child(from) || bucket.count + from->count > BUCKET) return;
    for (uint32_t j = 0; j < from->count; j++) {
      int found;
      uint32_t at = place_of(&bucket, from->entries[j].key, &found);
      for (uint32_t k = bucket.count; k > at; k--) bucket.entries[k] = bucket.entries[k - 1];
      bucket.entries[at] = from->entries[j];
      bucket.count++;
    }
  }
  *slot = bucket;
}

static int remove_entry(struct hamt_node *node, uint32_t level, const struct hash *hash, struct bytes key) {
  struct slot *slot = &node->slots[slot_at(hash, level)];
  if (is_child(slot)) {
    if (!remove_entry(child_of(slot), level + 1, hash, key)) return 0;
    slot->link.length = 0;
    collapse(slot);
    return 1;
  }
  int found;
  uint32_t at = place_of(slot, key, &found);
  if (!found) return 0;
  slot->count--;
  for (uint32_t i = at; i < slot->count; i++) slot->entries[i] = slot->entries[i + 1];
  return 1;
}

int hamt_delete(struct hamt *map, struct bytes key) {
  struct hash hash = hash_of(key);
  if (!remove_entry(root_of(map), 0, &hash, key)) return 0;
  map->changed = 1;
  return 1;
}

static struct bytes write_node(struct hamt_node *node);

static void write_slot(struct writer *writer, struct slot *slot) {
  if (is_child(slot)) {
    if (slot->link.length == 0) slot->link = write_node(slot->child);
    write_link(writer, slot->link);
    return;
  }
  write_head(writer, CBOR_ARRAY, slot->count);
  for (uint32_t i = 0; i < slot->count; i++) {
    write_head(writer, CBOR_ARRAY, 2);
    write_string(writer, CBOR_BYTES, slot->entries[i].key);
    write_raw(writer, slot->entries[i].value);
  }
}

static struct bytes write_node(struct hamt_node *node) {
  struct writer writer = {0};
  uint32_t used = 0;
  for (uint32_t i = 0; i < WIDTH; i++)
    if (is_child(&node->slots[i]) || node->slots[i].count > 0) used |= 1u << i;
  uint32_t field = __builtin_bswap32(used);
  uint32_t blank = used == 0 ? 4 : (uint32_t)__builtin_clz(used) / 8;
  write_head(&writer, CBOR_ARRAY, 2);
  write_string(&writer, CBOR_BYTES, (struct bytes){(uint8_t *)&field + blank, 4 - blank});
  write_head(&writer, CBOR_ARRAY, (uint64_t)__builtin_popcount(used));
  for (uint32_t rest = used; rest != 0; rest &= rest - 1)
    write_slot(&writer, &node->slots[__builtin_ctz(rest)]);
  return store_block(written(&writer));
}

void hamt_flush(struct hamt *map) {
  if (!map->changed) return;
  map->cid = write_node(map->root);
  map->changed = 0;
}
