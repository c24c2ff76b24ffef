import { HostFault } from "../../errors.js";
import { ErrorNumber, SyscallError } from "../../message/outcome.js";
import { forgetPromise } from "../../util/waits.js";
import type { SyscallContext } from "./context.js";
import { utf8Fault } from "./malformed.js";

const MAX_ARTIFACT_NAME_BYTES = 256;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Debug output, on machines that let actors write it. Source: fvm/src/syscalls/debug.rs. */
export const debug = {
  "debug.enabled"({ answer }: SyscallContext): void {
    answer.u32(0);
  },

  "debug.log"({ args, answer, machine, call, frame }: SyscallContext): void {
    // The text is checked whether anybody takes it or not.
    const line = text(args.bytes(0));
    tell("debug log", () => machine.debug?.log?.(line, frame.actorId));
    call.noteLog(line);
    answer.none();
  },

  "debug.store_artifact"({ args, answer, machine, frame }: SyscallContext): void {
    const name = text(args.bytes(0));
    checkArtifactName(name);
    const data = new Uint8Array(args.bytes(1));
    tell("debug artifact", () => machine.debug?.artifact?.(name, data, frame.actorId));
    answer.none();
  },
} as const;

/** Gives the sink something. If it fails, that is the host's fault, and no actor sees it. */
function tell(question: string, act: () => unknown): void {
  try {
    forgetPromise(act());
  } catch (cause) {
    throw new HostFault("EXTERN_FAILED", { question }, { cause });
  }
}

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
