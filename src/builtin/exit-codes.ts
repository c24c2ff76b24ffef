/** Exit codes and error numbers by name, for people. */
import { ERROR_TEXTS, ErrorNumber, EXIT_CODE_NAMES, type ExitCode } from "../message/outcome.js";
import type { ActorType } from "./actors/index.js";

/** With which contracts give their revert data. */
export const EVM_REVERTED: ExitCode = 33;

/** Source: builtin-actors actors/evm/src/lib.rs. */
const EVM: Readonly<Record<number, string>> = {
  33: "EVM_CONTRACT_REVERTED",
  34: "EVM_CONTRACT_INVALID_INSTRUCTION",
  35: "EVM_CONTRACT_UNDEFINED_INSTRUCTION",
  36: "EVM_CONTRACT_STACK_UNDERFLOW",
  37: "EVM_CONTRACT_STACK_OVERFLOW",
  38: "EVM_CONTRACT_ILLEGAL_MEMORY_ACCESS",
  39: "EVM_CONTRACT_BAD_JUMPDEST",
  40: "EVM_CONTRACT_SELFDESTRUCT_FAILED",
};

/** Codes that a type alone uses, as its source names them. */
const OF_TYPE: Partial<Record<ActorType, Readonly<Record<number, string>>>> = {
  evm: EVM,
  // Both pass on what the constructor of a contract ends with.
  eam: EVM,
  init: EVM,
  storagepower: { 32: "ERR_TOO_MANY_PROVE_COMMITS" },
  storagemarket: { 32: "EX_DEAL_EXPIRED", 33: "EX_DEAL_NOT_ACTIVATED" },
  paymentchannel: { 32: "ERR_CHANNEL_STATE_UPDATE_AFTER_SETTLED" },
  storageminer: {
    1000: "ERR_BALANCE_INVARIANTS_BROKEN",
    1001: "ERR_NOTIFICATION_SEND_FAILED",
    1002: "ERR_NOTIFICATION_RECEIVER_ABORTED",
    1003: "ERR_NOTIFICATION_RESPONSE_INVALID",
    1004: "ERR_NOTIFICATION_REJECTED",
  },
};

/**
 * The name of an exit code, if it has one: those of the VM, those that builtin actors share, and the type's own.
 *
 * @param type of the actor that ended with it
 */
export function exitCodeName(code: ExitCode, type?: ActorType): string | undefined {
  return EXIT_CODE_NAMES[code] ?? (type === undefined ? undefined : OF_TYPE[type]?.[code]);
}

/** An exit code with its name: `33 (EVM_CONTRACT_REVERTED)`. */
export function exitCodeText(code: ExitCode, type?: ActorType): string {
  const name = exitCodeName(code, type);
  return name === undefined ? `${code}` : `${code} (${name})`;
}

const ERROR_NAMES = new Map<number, string>(
  Object.entries(ErrorNumber).map(([name, number]) => [number, name]),
);

/** The name of a syscall's error number: `NotFound`; undefined if there is no such number. */
export function errorNumberName(errno: number): string | undefined {
  return ERROR_NAMES.get(errno);
}

/** An error number with its name and meaning: `6 (NotFound: resource not found)`. */
export function errorNumberText(errno: ErrorNumber): string {
  return `${errno} (${ERROR_NAMES.get(errno)}: ${ERROR_TEXTS[errno]})`;
}
