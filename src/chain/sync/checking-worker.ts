/** A thread that checks blocks of a chain in a folder and stores blocks there, beside the thread that executes them. */
import { availableParallelism } from "node:os";
import { type Server, serve } from "../../threads/serve.js";
import { ChainStore } from "../store/chain-store.js";
import type { CheckingData, CheckingTask } from "./checking-protocol.js";
import { FolderChecks } from "./folder-checks.js";
import { FolderWriter } from "./folder-writer.js";

serve<CheckingData, CheckingTask>(async ({ folder }): Promise<Server<CheckingTask>> => {
  const store = await ChainStore.open(folder);
  const writer = new FolderWriter(store.blockstore);
  // One core is the executing thread's.
  const checks = new FolderChecks(store, writer, Math.max(1, availableParallelism() - 1));
  return {
    perform(task) {
      switch (task.kind) {
        case "prepare":
          return checks.prepare(task.key);
        case "check":
          return checks.check(task.key);
        case "store":
          return writer.store(task.blocks);
      }
    },
    async close() {
      checks.stop();
      await writer.idle();
      await store.close();
    },
  };
});
