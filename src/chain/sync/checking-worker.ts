/** A thread that checks blocks of a chain in a folder and stores blocks there, beside the thread that executes them. */
import { availableParallelism } from "node:os";
import { sharedDecodedBlocks } from "../../ipld/decoded-blocks.js";
import { type Server, serve } from "../../threads/serve.js";
import { ChainStore } from "../store/chain-store.js";
import type { CheckingData, CheckingTask } from "./checking-protocol.js";
import { FolderChecks } from "./folder-checks.js";
import { FolderWriter } from "./folder-writer.js";

/** Bytes of decoded blocks that are kept: checks read the same few of each state. */
const DECODED_BYTES = 8 << 20;

/** Blocks after whose writing pages of the file are given back. Each block touches one or more. */
const RELEASED_EVERY = 256;

serve<CheckingData, CheckingTask>(async ({ folder, proofKeys }): Promise<Server<CheckingTask>> => {
  sharedDecodedBlocks.maxBytes = DECODED_BYTES;
  const store = await ChainStore.open(folder);
  let written = 0;
  const writer = new FolderWriter(store.blockstore, (blocks) => {
    written += blocks;
    if (written < RELEASED_EVERY) return;
    written = 0;
    store.database.releasePages();
  });
  // One core is the executing thread's.
  const checks = new FolderChecks(store, writer, Math.max(1, availableParallelism() - 1), proofKeys);
  return {
    perform(task) {
      switch (task.kind) {
        case "prepare":
          return checks.prepare(task.key);
        case "check":
          return checks.check(task.key);
        case "store":
          return writer.store(task.blocks);
        case "flush":
          return writer.flush();
      }
    },
    async close() {
      checks.stop();
      await writer.flush();
      await store.close();
    },
  };
});
