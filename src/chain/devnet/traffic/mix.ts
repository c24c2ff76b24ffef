import { FvmError } from "../../../errors.js";
import type { Draw } from "../draw.js";
import { KINDS, type Kind, type TrafficKind } from "./kinds.js";

/** How often each kind of message is drawn, against the others. Kinds that are left out are never drawn. */
export type TrafficMix = Readonly<Partial<Record<TrafficKind, number>>>;

/** The usual mix: small messages of many kinds, quickly made. */
export const USUAL_MIX: TrafficMix = { send: 40, create: 5, deploy: 3, call: 30, multisig: 12, fail: 10 };

/** Messages as mainnet has them, beside the proofs of spacetime. docs/devnet.md says where the weights come from. */
export const MAINNET_MIX: TrafficMix = {
  send: 150,
  create: 5,
  multisig: 10,
  fail: 15,
  announce: 150,
  prove: 130,
  commit: 30,
  faults: 40,
  withdraw: 15,
  balance: 10,
  deals: 20,
  verify: 3,
  allocate: 12,
  deploy: 2,
  call: 40,
  token: 80,
  swap: 70,
  hash: 25,
  ask: 20,
  batch: 25,
};

/** Mixes that have a name. */
export const NAMED_MIXES: Readonly<Record<string, TrafficMix>> = { usual: USUAL_MIX, mainnet: MAINNET_MIX };

/** The mix that a text such as `mainnet` or `send:50,call:30` names. Throws `FvmError` INVALID_OPTION. */
export function parseMix(text: string): TrafficMix {
  if (Object.hasOwn(NAMED_MIXES, text)) return NAMED_MIXES[text] as TrafficMix;
  const entries = text.split(",").map((part) => {
    const [, kind, weight] = /^([a-z]+):([0-9]{1,6})$/.exec(part.trim()) ?? [];
    if (kind !== undefined && Object.hasOwn(KINDS, kind)) return [kind, Number(weight)] as const;
    const [mixes, kinds] = [NAMED_MIXES, KINDS].map((known) => Object.keys(known).join(", "));
    throw invalid(`${part} is neither ${mixes} nor KIND:WEIGHT with one of ${kinds}`);
  });
  if (entries.some(([, weight]) => weight > 0)) return Object.fromEntries(entries);
  throw invalid("all weights are 0");
}

/** Providers for each message of a tipset: so many that one message of ten is a proof of spacetime. */
const PROVIDERS = 6;

/** How many storage providers a mix needs to be as it says; 0 if it has no messages of theirs. */
export function providersFor(mix: TrafficMix, messages: number): number {
  const storage = (Object.keys(KINDS) as TrafficKind[]).some((name) => {
    const { storage }: Kind = KINDS[name];
    return storage !== undefined && (mix[name] ?? 0) > 0;
  });
  return storage ? Math.max(1, PROVIDERS * messages) : 0;
}

/** Facts that say which kinds there can be. */
export interface Possible {
  readonly networkVersion: number;
  readonly hasProviders: boolean;
}

/** Draws a kind; `send` where the mix has none that can be. */
export function drawKind(
  draw: Draw,
  mix: TrafficMix,
  { networkVersion, hasProviders }: Possible,
): TrafficKind {
  const possible = (Object.keys(KINDS) as TrafficKind[]).filter((name) => {
    const { since = 0, storage }: Kind = KINDS[name];
    return (mix[name] ?? 0) > 0 && networkVersion >= since && (storage === undefined || hasProviders);
  });
  return possible.length === 0 ? "send" : draw.weighted(possible, (name) => mix[name] as number);
}

function invalid(reason: string): FvmError {
  return new FvmError("INVALID_OPTION", { option: "mix", reason });
}
