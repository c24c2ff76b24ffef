import { idAddress } from "../../address/address.js";
import { formatAddress } from "../../address/text.js";
import { filecoinToEth } from "../../builtin/evm/eth-address.js";
import { decodedText } from "../../builtin/values/text.js";
import type { DecodedValue } from "../../builtin/values/value.js";
import { cidText } from "../../encoding/cid.js";
import { formatFil } from "../../message/token.js";
import type { ValueChange } from "../state/change.js";
import type { ActorComparison, StateComparison } from "../state/compare-states.js";
import { deltaOf, pathText } from "../state/text.js";
import type { Budget } from "./budget.js";
import type { PageStateActor, PageStateRow } from "./data.js";

/** Characters of a value. */
const MOST = 1000;

/** Changes by a message, as the page shows them. */
export function stateActors({ actors, addresses }: StateComparison, budget: Budget): PageStateActor[] {
  const changed = actors.map((actor) => ({
    actor: budget.text(labelOf(actor)),
    kind: actor.kind,
    rows: rowsOf(actor.changes, budget),
  }));
  if (addresses.size === 0) return changed;
  const rows = Array.from(addresses, ([address, id]) => ({
    field: formatAddress(address),
    after: formatAddress(idAddress(id)),
  }));
  return [...changed, { actor: "addresses", kind: "added", rows }];
}

function labelOf({ id, type, delegatedAddress }: ActorComparison): string {
  const parts = [formatAddress(idAddress(id)), type];
  if (delegatedAddress !== undefined) {
    parts.push(filecoinToEth(delegatedAddress) ?? formatAddress(delegatedAddress));
  }
  return parts.filter((part) => part !== undefined).join(" ");
}

function rowsOf(changes: readonly ValueChange[], budget: Budget): PageStateRow[] {
  const rows = changes.filter(() => budget.takes("changes")).map((change) => rowOf(change, budget));
  const rest = changes.length - rows.length;
  return rest === 0 ? rows : [...rows, { field: `and ${rest} more` }];
}

function rowOf(change: ValueChange, budget: Budget): PageStateRow {
  const field = budget.text(pathText(change.path));
  switch (change.kind) {
    case "more":
      return { field: `${field}: and more` };
    case "unreadable": {
      const { before, after, reason } = change;
      return {
        field,
        ...(before !== undefined && { before: cidText(before) }),
        ...(after !== undefined && { after: cidText(after) }),
        delta: budget.text(`cannot be read: ${reason}`),
      };
    }
    case "changed": {
      const { before, after } = change;
      const delta = deltaText(before, after);
      return {
        field,
        ...(before !== undefined && { before: budget.text(textOf(before)) }),
        ...(after !== undefined && { after: budget.text(textOf(after)) }),
        ...(delta !== undefined && { delta }),
      };
    }
  }
}

/** Null is what the entries of a set have for a value. */
function textOf(value: DecodedValue): string {
  return value.kind === "null" ? "present" : decodedText(value, { limit: MOST });
}

/** By how much a number grew: `+1.5 FIL`. */
function deltaText(before: DecodedValue | undefined, after: DecodedValue | undefined): string | undefined {
  const delta = deltaOf(before, after);
  if (delta === undefined) return undefined;
  const sign = delta > 0n ? "+" : "";
  return after?.kind === "amount" ? `${sign}${formatFil(delta)} ${after.unit}` : `${sign}${delta}`;
}
