/** Tipsets as methods of Lotus's second API name them. Source: Lotus chain/types/tipset_selector.go. */
import type { ChainReadOptions } from "../../chain/history/chain.js";
import type { ChainTipset } from "../../chain/history/chain-tipset.js";
import type { NodeChain } from "../chain/node-chain.js";
import { failed, wrapping } from "./failures.js";
import { fieldsOf, optionalOf, parseBool, parseEpoch, parseText, parseTipsetKey } from "./parse.js";
import { finalizedTipset, safeTipset, type TipsetKey, tipsetByHeight, tipsetOf } from "./tipsets.js";

/** A tipset by its key or by a tag; undefined: it is not named so. */
export interface TipsetAnchor {
  readonly key?: { readonly is: TipsetKey } | undefined;
  readonly tag?: string | undefined;
}

/** A tipset by one of these. */
export interface TipsetSelector extends TipsetAnchor {
  readonly height?: {
    readonly at: number | undefined;
    /** Whether in a null round it is the one before. */
    readonly previous: boolean;
    /** The tipset among whose ancestors it is. Undefined: the one taken for final. */
    readonly anchor: TipsetAnchor | undefined;
  };
}

/** Throws `ParamError`. */
export function parseTipsetSelector(json: unknown): TipsetSelector {
  const { height } = fieldsOf(json, "types.TipSetSelector");
  const anchor = parseAnchor(json);
  if (height === null || height === undefined) return anchor;
  const fields = fieldsOf(height, "types.TipSetHeight");
  return {
    ...anchor,
    height: {
      at: optionalOf(fields.at, parseEpoch),
      previous: parseBool(fields.previous),
      anchor: optionalOf(fields.anchor, parseAnchor),
    },
  };
}

function parseAnchor(json: unknown): TipsetAnchor {
  const { key, tag } = fieldsOf(json, "types.TipSetAnchor");
  return {
    key: optionalOf(key, (given) => ({ is: parseTipsetKey(given) })),
    tag: optionalOf(tag, parseText),
  };
}

/** The tipset that is meant. Throws `RpcError`; as `tipsetByHeight`. Source: Lotus node/impl/full/chain_v2.go. */
export async function selectedTipset(
  chain: NodeChain,
  selector: TipsetSelector,
  options: ChainReadOptions,
): Promise<ChainTipset> {
  const { height } = selector;
  checkSelector(selector);
  if (height?.at === undefined) return anchored(chain, selector, options);
  const from = await wrapping("getting anchor from tipset", () =>
    anchored(chain, height.anchor ?? { tag: "finalized" }, options),
  );
  return tipsetByHeight(chain, height.at, from, height.previous ? "before" : "after", options);
}

function checkSelector({ key, tag, height }: TipsetSelector): void {
  const reason = height && heightReason(height);
  if (reason !== undefined) throw failed(`validating selector: validating tipset height: ${reason}`);
  const count = [key, tag, height].filter((one) => one !== undefined).length;
  if (count === 1) return;
  throw failed(
    `validating selector: exactly one tipset selection criteria must be specified, found: ${count}`,
  );
}

function heightReason({ at, anchor }: NonNullable<TipsetSelector["height"]>): string | undefined {
  if (at === undefined) return "invalid tipset height: at epoch must be specified";
  if (at < 0) return "invalid tipset height: epoch cannot be less than zero";
  if (anchor?.key === undefined || anchor.tag === undefined) return undefined;
  return "invalid tipset anchor: at most one of key or tag must be specified";
}

async function anchored(
  chain: NodeChain,
  { key, tag = "latest" }: TipsetAnchor,
  options: ChainReadOptions,
): Promise<ChainTipset> {
  if (key !== undefined) return tipsetOf(chain, key.is, options);
  switch (tag) {
    case "latest":
      return chain.head;
    case "finalized":
      return finalizedTipset(chain, options);
    case "safe":
      return safeTipset(chain, options);
    default:
      throw failed(`unknown tipset tag: ${tag}`);
  }
}
