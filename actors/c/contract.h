/**
 * A contract's state: [link to the program, state or null, {name of a map: root}]. The state is one CBOR item. Changes
 * stay in memory until the method ends or calls another actor.
 */
#pragma once

#include "c/memory.h"

/** Makes the state of a new contract. */
void found_contract(struct bytes program);
/** Reads the state; the bytes of the program. */
struct bytes open_contract(void);
/** The state as it is encoded, of length 0 as long as there is none. */
struct bytes contract_state(void);
void set_contract_state(struct bytes);
/** The number of the map of this name. */
uint32_t contract_map(struct bytes name);
struct hamt *map_numbered(uint64_t number);
/** Writes what changed. */
void save_contract(void);
/** Reads the state again if another call has changed it. Maps keep their numbers. */
void reopen_contract(void);
