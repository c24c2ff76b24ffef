/** A vector's JSON to be spoiled by tests, piece by piece. */
import { gzipSync } from "node:zlib";
import { type Cid, cidText } from "../../../src/encoding/cid.js";
import { writeCar } from "../../../src/ipld/car/write.js";

export const ROOT = "bafy2bzacebc3bt6cedhoyw34drrmjvazhu4oj25er2ebk4u445pzycvq4ta4a";

/** JSON as the public schema has it; `changes` are put in place of its fields. */
export function messageJson(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    class: "message",
    selector: { min_protocol_version: "hygge" },
    _meta: { id: "example", gen: [] },
    car: base64(gzipSync(writeCar({ roots: [], blocks: [] }))),
    preconditions: {
      variants: [{ id: "hygge", epoch: 7, nv: 18 }],
      state_tree: { root_cid: { "/": ROOT } },
      basefee: 100,
      circ_supply: 5,
    },
    apply_messages: [{ bytes: "igA=" }],
    postconditions: {
      state_tree: { root_cid: { "/": ROOT } },
      receipts: [{ exit_code: 0, return: "AQI=", gas_used: 1234 }],
    },
    randomness: [{ on: ["chain", 5], ret: base64(new Uint8Array(32).fill(1)) }],
    ...changes,
  };
}

export function tipsetJson(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const { apply_messages: _, ...common } = messageJson();
  return {
    ...common,
    class: "tipset",
    genesis: "example",
    genesis_timestamp: 1000,
    apply_tipsets: [
      {
        epoch_offset: 2,
        basefee: 100,
        blocks: [{ miner_addr: "f01000", win_count: 1, messages: ["igA="] }],
      },
    ],
    postconditions: {
      state_tree: { root_cid: { "/": ROOT } },
      receipts: [],
      receipts_roots: [{ "/": ROOT }],
      tipsets: [
        {
          epoch: 9,
          state_root: { "/": ROOT },
          receipts_root: { "/": ROOT },
          cron_exit_code: 0,
          gas_used: 1,
          implicit_gas_used: 2,
          blocks: [{ applied: 1, gas_reward: "3", penalty: "4", reward_exit_code: 0 }],
          null_rounds: [{ epoch: 8, state_root: { "/": ROOT } }],
        },
      ],
    },
    tipset_cids: [{ epoch: 6, cid: { "/": ROOT } }],
    ...changes,
  };
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

export function link(cid: Cid): { "/": string } {
  return { "/": cidText(cid) };
}
