import type { SyscallContext } from "./context.js";
import { ErrorNumber, SyscallError } from "./outcome.js";

const MAX_ARTIFACT_NAME_BYTES = 256;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Debug output, on machines that let actors write it. Source: fvm/src/syscalls/debug.rs. */
export const debug = {
  "debug.enabled"({ answer }: SyscallContext): void {
    answer.u32(0);
  },

  "debug.log"({ args, answer, machine }: SyscallContext): void {
    machine.debug?.log?.(text(args.bytes(0)));
    answer.none();
  },

  "debug.store_artifact"({ args, answer, machine, frame }: SyscallContext): void {
    const name = text(args.bytes(0));
    checkArtifactName(name);
    machine.debug?.artifact?.(name, new Uint8Array(args.bytes(1)), frame.actorId);
    answer.none();
  },
} as const;

function text(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new SyscallError(ErrorNumber.IllegalArgument, "text is not UTF-8");
  }
}

function checkArtifactName(name: string): void {
  const isValid = name !== "" && Buffer.byteLength(name) <= MAX_ARTIFACT_NAME_BYTES && !/^\.|\//.test(name);
  if (!isValid) throw new SyscallError(ErrorNumber.IllegalArgument, `artifact name ${JSON.stringify(name)}`);
}
