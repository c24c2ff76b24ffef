import type { ChainReadOptions } from "../../chain/history/chain.js";
import { FINALITY } from "../../chain/networks/finality.js";
import { unlessAborted } from "../../util/waits.js";
import { nextChange } from "../chain/next-change.js";
import type { ObjectSource } from "./chain-objects.js";
import { failed } from "./failures.js";
import { loadSearch, type MessageLookup, type MessageSearch, searchLoaded } from "./search-message.js";

/** The message that is waited for. */
export interface MessageWait extends MessageSearch {
  /** Epochs that the head is to be above the tipset that says what became of the message. */
  readonly confidence: number;
}

/**
 * Waits until a message was executed and so many epochs lie on it. Each change of the head is looked at, so that what a
 * fork takes back counts no more. The message has to be there, in the store or among those that wait for a block.
 * Source: Lotus chain/stmgr/searchwait.go, `WaitForMessage`.
 *
 * @param onWait called with the epochs that are still missing, before each wait; undefined: the message was not executed
 * @throws RpcError if the confidence is too high; as `searchMessage`; the signal's reason
 */
export async function waitMessage(
  source: ObjectSource,
  { confidence, ...search }: MessageWait,
  options: ChainReadOptions,
  onWait?: (missing: number | undefined) => Promise<void> | undefined,
): Promise<MessageLookup> {
  if (confidence > FINALITY) {
    throw failed(
      `%!w(*errors.errorString=&{message confidence exceeds maximum}): ${confidence} > ${FINALITY}`,
    );
  }
  const { chain } = source;
  const loaded = await loadSearch(source, search, options);
  for (;;) {
    const change = nextChange(chain);
    try {
      const { head } = chain;
      const found = await searchLoaded(chain, head, loaded, options);
      const depth = found && head.epoch - found.tipset.epoch;
      if (found !== undefined && depth !== undefined && depth >= confidence) return found;
      await onWait?.(depth === undefined ? undefined : confidence - depth);
      await unlessAborted(change.promise, options.signal);
    } finally {
      change.forget();
    }
  }
}
