import { readFileSync } from "node:fs";
import { FvmError, HostFault } from "../errors.js";
import { isDiskFull } from "../util/node-error.js";
import { type Command, type Output, parseCommandLine } from "./command.js";
import { commands } from "./commands.js";
import { ExitStatus } from "./exit-status.js";
import { commandHelp, overview } from "./help.js";
import { Interrupted } from "./interrupt.js";
import { UsageError } from "./usage-error.js";

/** Runs `fvm` with these arguments. Answers the exit code; never throws. */
export async function runCommandLine(argv: readonly string[], output: Output): Promise<number> {
  try {
    return await dispatch(argv, output);
  } catch (error) {
    return complain(error, output);
  }
}

async function dispatch(argv: readonly string[], output: Output): Promise<number> {
  if (argv[0] === "--version") {
    output.answer(await versions());
    return 0;
  }
  if (argv.length === 0 || isHelp(argv[0]) || argv[0] === "help") {
    output.answer(overview(commands));
    return argv.length === 0 ? ExitStatus.BadInput : 0;
  }
  const group = commands.filter((command) => command.name.startsWith(`${argv[0]} `));
  if (group.length > 0 && isHelp(argv[1])) {
    output.answer(overview(group));
    return 0;
  }
  const command = find(argv, group);
  const rest = argv.slice(command.name.split(" ").length);
  if (rest.some(isHelp)) {
    output.answer(commandHelp(command));
    return 0;
  }
  const { values, args } = parseCommandLine(command, rest);
  return command.run(values, args, output);
}

function isHelp(word: string | undefined): boolean {
  return word === "--help" || word === "-h";
}

function find(argv: readonly string[], group: readonly Command[]): Command {
  const found = commands.find((command) => command.name.split(" ").every((word, i) => word === argv[i]));
  if (found !== undefined) return found;
  if (group.length === 0) throw new UsageError(`there is no command ${argv[0]}`);
  throw new UsageError(`${argv[0]} is one of: ${group.map((command) => command.name).join(", ")}`);
}

async function versions(): Promise<string> {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  const { native } = await import("../native/index.js");
  return `fvm ${version} (Wasmtime ${native.versions.wasmtime}, Node ${process.versions.node})`;
}

/** One line for what the user can mend, the stack for what is our fault. */
function complain(error: unknown, output: Output): number {
  if (error instanceof UsageError) {
    const page = ["fvm", error.command, "--help"].filter(Boolean).join(" ");
    output.note(`fvm: ${error.message} (see ${page})`);
    return ExitStatus.BadInput;
  }
  if (error instanceof FvmError || isSystemError(error)) {
    output.note(`fvm: ${error.message}`);
    return error instanceof FvmError || isOfInput(error) ? ExitStatus.BadInput : ExitStatus.Broken;
  }
  if (error instanceof Interrupted) {
    output.note("fvm: interrupted");
    return ExitStatus.Interrupted;
  }
  if (error instanceof HostFault) {
    output.note(`fvm: ${faultText(error)}`);
    return ExitStatus.Broken;
  }
  output.note(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return ExitStatus.Broken;
}

/** A fault of a store says all that there is to say. */
function faultText(fault: HostFault): string {
  const { code, cause, message } = fault;
  if (code === "BLOCKSTORE_FAILED" && cause instanceof HostFault) return faultText(cause) + epochText(fault);
  return cause === undefined || code === "STORE_FULL" ? message : `${message}, because: ${cause}`;
}

function epochText({ details }: HostFault): string {
  return "epoch" in details ? `, in epoch ${details.epoch}` : "";
}

function isSystemError(error: unknown): error is Error {
  return error instanceof Error && "syscall" in error;
}

/** Such as ENOENT: a file that the user named. */
function isOfInput(error: Error): boolean {
  return "path" in error && !isDiskFull(error);
}
