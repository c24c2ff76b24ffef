import type { Case } from "./case.js";
import { balanceCases } from "./cases/balances.js";
import { creationCases } from "./cases/creations.js";
import { mixedCases } from "./cases/mixed.js";
import { nativeCases } from "./cases/natives.js";
import { senderCases } from "./cases/senders.js";
import { stateCases } from "./cases/states.js";

/** All cases. */
export const cases: readonly Case[] = [
  ...balanceCases,
  ...senderCases,
  ...creationCases,
  ...stateCases,
  ...nativeCases,
  ...mixedCases,
];
