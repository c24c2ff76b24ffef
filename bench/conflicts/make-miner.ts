import { idAddress } from "#src/address/address.js";
import type { Message } from "#src/message/message.js";
import { noBytes } from "#src/util/bytes.js";
import { SingletonId } from "#src/vm/state-tree/actor-state.js";
import { FIL } from "./case.js";
import type { Person } from "./population.js";
import type { Script } from "./script.js";

const CREATE_MINER = 2;
/** attoFIL: more than the deposit of FIP-0077. */
const DEPOSIT = 1_000n * FIL;

/** Somebody has the power actor make a miner. @param value attoFIL */
export function makeMiner(script: Script, from: Person, value = DEPOSIT): Message {
  const owner = { address: from.address };
  const terms = [owner, owner, script.state.sectors.windowPoSt, noBytes(), []];
  return script.ask(from, idAddress(SingletonId.Power), CREATE_MINER, terms, { value });
}
