/** `Filecoin.*` of Lotus's second API (`/rpc/v2`), whose tipsets are selected by tag, height or key. */
import type { ChainTipset } from "../../../chain/history/chain-tipset.js";
import { wrapping } from "../../filecoin/failures.js";
import { FilecoinJson } from "../../filecoin/json.js";
import { selectedTipset, type TipsetSelector } from "../../filecoin/tipset-selector.js";
import { finalizedTipset } from "../../filecoin/tipsets.js";
import type { Node } from "../../node.js";
import { methodsOf, required } from "../../rpc/method.js";
import { address, answers, tipsetSelector } from "./shapes.js";
import { getActor, lookupId } from "./state.js";

const method = methodsOf<Node>();
const versions = ["v2"] as const;

/** The tipset that an actor is looked up before. Throws as `selectedTipset`. */
function selected(node: Node, selector: TipsetSelector, signal: AbortSignal): Promise<ChainTipset> {
  return wrapping("getting tipset", () => selectedTipset(node.chain, selector, { signal }));
}

export const secondMethods = [
  method({
    name: "Filecoin.ChainGetTipSet",
    summary: "A tipset by its key, its height or a tag.",
    versions,
    params: [required("selector", tipsetSelector)],
    result: answers.tipset,
    call: async ({ node: { chain }, signal }, selector) =>
      new FilecoinJson(chain.network.letter).tipset(await selectedTipset(chain, selector, { signal })),
  }),
  method({
    name: "Filecoin.ChainGetTipSetFinalityStatus",
    summary: "The tipset that is taken for final, by its depth alone.",
    versions,
    params: [],
    result: answers.object,
    call: async ({ node: { chain }, signal }) => {
      const json = new FilecoinJson(chain.network.letter);
      return {
        ecFinalityThresholdDepth: -1,
        ecFinalizedTipSet: null,
        f3FinalizedTipSet: null,
        finalizedTipSet: json.tipset(await finalizedTipset(chain, { signal })),
        head: json.tipset(chain.head),
      };
    },
  }),
  method({
    name: "Filecoin.StateGetActor",
    summary: "An actor before a tipset.",
    versions,
    params: [required("actor", address), required("selector", tipsetSelector)],
    result: answers.actor,
    call: async ({ node, signal }, actor, selector) => {
      const tipset = await selected(node, selector, signal);
      return getActor(node, actor, tipset.key, { signal });
    },
  }),
  method({
    name: "Filecoin.StateGetID",
    summary: "The f0 address of an actor.",
    versions,
    params: [required("address", address), required("selector", tipsetSelector)],
    result: answers.text,
    call: async ({ node, signal }, given, selector) => {
      const tipset = await selected(node, selector, signal);
      return wrapping("looking up ID", () => lookupId(node, given, tipset.key, { signal }));
    },
  }),
];
