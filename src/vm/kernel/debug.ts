import { ErrorNumber, SyscallError } from "../../message/outcome.js";
import type { SyscallContext } from "./context.js";
import { utf8Fault } from "./malformed.js";

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
    throw new SyscallError(ErrorNumber.IllegalArgument, utf8Fault(bytes));
  }
}

function checkArtifactName(name: string): void {
  const fault = artifactNameFault(name);
  if (fault === undefined) return;
  throw new SyscallError(ErrorNumber.IllegalArgument, `debug artifact name should ${fault}`);
}

function artifactNameFault(name: string): string | undefined {
  if (Buffer.byteLength(name) > MAX_ARTIFACT_NAME_BYTES) return "not exceed 256 bytes";
  if (name.includes("/")) return "not include any path separators";
  if (name === "") return "be at least one character";
  return name.startsWith(".") ? "not start with a decimal '.'" : undefined;
}
