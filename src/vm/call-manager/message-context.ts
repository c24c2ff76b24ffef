import { type NativeSyscall, Word } from "../../native/addon.js";
import { oncePer } from "../../util/once-per.js";
import { writeU64, writeU128 } from "../../util/words.js";
import type { Call } from "./call.js";
import type { Origin } from "./message-scope.js";

/** Writes what an actor may ask about its call. */
export type ContextWriter = (words: Uint32Array, call: Call, origin: Origin) => void;

const FLAG_READ_ONLY = 1;
const MAX_U128 = 2n ** 128n - 1n;

/** The writer for machines with these syscalls. */
export function contextWriter(
  syscalls: readonly NativeSyscall[],
  epoch: number,
  networkVersion: number,
): ContextWriter {
  return hasInvocationContext(syscalls)
    ? invocationContextWriter(epoch, networkVersion)
    : writeMessageContext;
}

/** Each null round has a machine of its own, so what depends on the network version alone is found once. */
const hasInvocationContext = oncePer((syscalls: readonly NativeSyscall[]) =>
  syscalls.some(({ module, name }) => module === "vm" && name === "context"),
);

/** vm.message_context, 80 bytes (network version 18 on). Source: shared/src/sys/out.rs. */
function writeMessageContext(words: Uint32Array, call: Call, origin: Origin): void {
  const at = Word.CONTEXT;
  writeU64(words, at, origin.id);
  writeU64(words, at + 2, origin.nonce);
  writeU64(words, at + 4, call.caller);
  writeU64(words, at + 6, call.actorId);
  writeU64(words, at + 8, call.method);
  writeAmount(words, at + 10, call.value);
  writeAmount(words, at + 14, origin.premium);
  words[at + 18] = call.readOnly ? FLAG_READ_ONLY : 0;
  words[at + 19] = 0;
}

/** vm.context, 52 bytes (network versions up to 17). */
function invocationContextWriter(epoch: number, networkVersion: number): ContextWriter {
  return (words, call) => {
    const at = Word.CONTEXT;
    writeAmount(words, at, call.value);
    writeU64(words, at + 4, call.caller);
    writeU64(words, at + 6, call.actorId);
    writeU64(words, at + 8, call.method);
    writeU64(words, at + 10, epoch);
    words[at + 12] = networkVersion;
  };
}

/** Amounts beyond 128 bits do not exist on any network; an actor would see the largest one. */
function writeAmount(words: Uint32Array, at: number, attoFil: bigint): void {
  if (!writeU128(words, at, attoFil)) writeU128(words, at, MAX_U128);
}
