import { FvmError } from "../../../errors.js";
import type { SigningKey } from "../../signatures/keys.js";
import type { Draw } from "../draw.js";
import { KINDS, type TrafficKind } from "./kinds.js";

/** How often each kind of message is drawn, against the others. Kinds that are left out are never drawn. */
export type TrafficMix = Readonly<Partial<Record<TrafficKind, number>>>;

/** The usual mix. */
export const USUAL_MIX: TrafficMix = { send: 40, create: 5, deploy: 3, call: 30, multisig: 12, fail: 10 };

/** The first network version with contracts. */
const CONTRACTS_VERSION = 18;
const NEED_CONTRACTS: ReadonlySet<TrafficKind> = new Set(["deploy", "call"]);

/** The mix that a text such as `send:50,call:30` names. Throws `FvmError` INVALID_OPTION. */
export function parseMix(text: string): TrafficMix {
  const entries = text.split(",").map((part) => {
    const [, kind, weight] = /^([a-z]+):([0-9]{1,6})$/.exec(part.trim()) ?? [];
    if (kind !== undefined && Object.hasOwn(KINDS, kind)) return [kind, Number(weight)] as const;
    const kinds = Object.keys(KINDS).join(", ");
    throw new FvmError("INVALID_OPTION", {
      option: "mix",
      reason: `${part} is not KIND:WEIGHT with one of ${kinds}`,
    });
  });
  if (entries.some(([, weight]) => weight > 0)) return Object.fromEntries(entries);
  throw new FvmError("INVALID_OPTION", { option: "mix", reason: "all weights are 0" });
}

/** A kind of message that the sender can send; `send` where the mix has none. */
export function drawKind(draw: Draw, mix: TrafficMix, sender: SigningKey, version: number): TrafficKind {
  const possible = (Object.keys(KINDS) as TrafficKind[]).filter((kind) => {
    if (sender.type === "delegated" && kind === "multisig") return false;
    return version >= CONTRACTS_VERSION || !NEED_CONTRACTS.has(kind);
  });
  const total = possible.reduce((sum, kind) => sum + (mix[kind] ?? 0), 0);
  if (total === 0) return "send";
  let rest = draw.below(total);
  for (const kind of possible) {
    rest -= mix[kind] ?? 0;
    if (rest < 0) return kind;
  }
  return "send";
}
