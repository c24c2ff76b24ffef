import { METHOD_CONSTRUCTOR, METHOD_SEND } from "../message/methods.js";
import type { U64 } from "../util/u64.js";
import { receiverParams, tokensReceived } from "./actors/common.js";
import { ACTOR_TYPES, type ActorType, specOf, specsOf } from "./actors/index.js";
import { dealProposal } from "./actors/market.js";
import { exported, type Method, type Methods, method, methodAt } from "./actors/spec.js";
import { FIRST_EXPORTED_METHOD } from "./frc42.js";
import { embedded, tuple } from "./schema/schema.js";

/** Exported methods that actors of all kinds have, too, and whose parameters are the same everywhere. */
const STANDARD: Methods = standardMethods();

/** Names of exported methods, by number: whatever the actor, a number hardly is that of another name. */
const EXPORTED_NAMES: ReadonlyMap<number, string> = new Map(exportedNames());

/**
 * A method of a builtin actor, or a standard method of any actor; undefined: nothing is known but perhaps the name,
 * which `methodName` tells.
 *
 * @param type undefined: of an actor that is none of the builtin ones
 */
export function methodOf(
  type: ActorType | undefined,
  actorsVersion: number,
  number: U64,
): Method | undefined {
  const spec = type === undefined ? undefined : specOf(type, actorsVersion);
  return (spec && methodAt(spec.methods, number)) ?? methodAt(STANDARD, number);
}

/**
 * The name of a method: of a builtin actor's own, of a transfer (`Send`), a constructor, or an exported method whose
 * name is known; undefined: it has none.
 */
export function methodName(
  type: ActorType | undefined,
  actorsVersion: number,
  number: U64,
): string | undefined {
  if (number === METHOD_SEND) return "Send";
  const known = methodOf(type, actorsVersion, number)?.name;
  if (known !== undefined) return known;
  if (number === METHOD_CONSTRUCTOR) return "Constructor";
  return typeof number === "number" ? EXPORTED_NAMES.get(number) : undefined;
}

function standardMethods(): Methods {
  const tokens = receiverParams(tokensReceived("integer", "any"));
  const deal = tuple({ proposal: embedded(dealProposal), deal_id: "u64" });
  return exported(
    method("InvokeEVM", "bytes", "bytes"),
    method("MarketNotifyDeal", deal),
    method("Receive", tokens),
  );
}

function exportedNames(): [number: number, name: string][] {
  const specs = ACTOR_TYPES.flatMap((type) => Object.values(specsOf(type)));
  return [...specs.map(({ methods }) => methods), STANDARD]
    .flatMap((methods) => Object.entries(methods))
    .map(([number, { name }]): [number, string] => [Number(number), name])
    .filter(([number]) => number >= FIRST_EXPORTED_METHOD);
}
