/** Commands as data, from which the parser, the help and the handler's types are made. */
import { parseArgs } from "node:util";
import { UsageError } from "./usage-error.js";

interface OptionCommon {
  readonly help: string;
  /** Placeholder of the value in the help, such as `DIR`. */
  readonly value?: string;
}

/** An option of a command line. */
export type Option =
  | (OptionCommon & { readonly type: "flag" })
  | (OptionCommon & { readonly type: "text" })
  /** Text that may be given several times. */
  | (OptionCommon & { readonly type: "list" })
  /** From `least` on, by default 1. */
  | (OptionCommon & { readonly type: "count"; readonly fallback: number; readonly least?: 0 })
  | (OptionCommon & { readonly type: "choice"; readonly choices: readonly string[] });

export type Options = Readonly<Record<string, Option>>;

type ValueOf<O extends Option> = O extends { type: "flag" }
  ? boolean
  : O extends { type: "count" }
    ? number
    : O extends { type: "list" }
      ? readonly string[]
      : O extends { type: "choice"; choices: readonly (infer C)[] }
        ? C | undefined
        : string | undefined;

/** The values a handler gets. */
export type Values<O extends Options> = { readonly [Name in keyof O]: ValueOf<O[Name]> };

/** Where a handler writes. stdout belongs to the answer, stderr to progress and complaints. */
export interface Output {
  answer(text: string): void;
  note(text: string): void;
  /** Whether answers go to a terminal that wants colours. */
  readonly hasColours?: boolean;
  /** How far it has got. A terminal shows the last line only, a log has one now and then. */
  progress(text: string): void;
}

export interface Command<O extends Options = Options> {
  /** One word or more, such as `bundles import`. */
  readonly name: string;
  /** Arguments as the help shows them; in brackets: may be left out, dots: may be repeated. */
  readonly parameters: readonly string[];
  readonly summary: string;
  /** More about it, for its own help page. */
  readonly details?: string;
  readonly options: O;
  readonly examples: readonly string[];
  /** Answers the exit code. */
  run(values: Values<O>, args: readonly string[], output: Output): number | Promise<number>;
}

/** Keeps the types of the options together with the handler's. */
export function defineCommand<const O extends Options>(command: Command<O>): Command {
  return command as unknown as Command;
}

/** Reads a command's options and arguments. Throws `UsageError`. */
export function parseCommandLine(
  command: Command,
  argv: readonly string[],
): { values: Values<Options>; args: string[] } {
  const { values, positionals } = parse(command, argv);
  const needed = command.parameters.filter((parameter) => !parameter.startsWith("["));
  const isOpen = command.parameters.at(-1)?.includes("...") === true;
  if (positionals.length < needed.length)
    throw new UsageError(`${needed[positionals.length]} is missing`, command.name);
  if (!isOpen && positionals.length > command.parameters.length) {
    const isFolder = Object.hasOwn(command.options, "data") && values.data === undefined;
    const hint = isFolder ? "; a chain's folder is named by --data" : "";
    throw new UsageError(
      `unexpected argument ${positionals[command.parameters.length]}${hint}`,
      command.name,
    );
  }
  const read = Object.entries(command.options).map(([name, option]) => [
    name,
    readValue(command, name, option, values[name]),
  ]);
  return { values: Object.fromEntries(read), args: positionals };
}

function parse(command: Command, argv: readonly string[]) {
  const options = Object.fromEntries(
    Object.entries(command.options).map(([name, option]) => [
      name,
      {
        type: option.type === "flag" ? ("boolean" as const) : ("string" as const),
        multiple: option.type === "list",
      },
    ]),
  );
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    // Node's texts go on with advice on how to escape things.
    const reason = error instanceof Error ? (error.message.split(/\.\s/)[0] ?? "") : String(error);
    const [, option] = /^Option '(--[a-z-]+)' argument is ambiguous/.exec(reason) ?? [];
    if (option === undefined) throw new UsageError(reason, command.name);
    throw new UsageError(
      `${option} has no value; one that begins with - is written ${option}=-…`,
      command.name,
    );
  }
}

function readValue(
  command: Command,
  name: string,
  option: Option,
  value: string | boolean | (string | boolean)[] | undefined,
): unknown {
  switch (option.type) {
    case "flag":
      return value === true;
    case "text":
      return value;
    case "list":
      return value ?? [];
    case "count":
      if (value === undefined) return option.fallback;
      return readCount(command, name, String(value), option.least ?? 1);
    case "choice":
      if (value === undefined || option.choices.includes(String(value))) return value;
      throw new UsageError(`--${name} is ${value}, not ${option.choices.join(" or ")}`, command.name);
  }
}

function readCount(command: Command, name: string, text: string, least: number): number {
  if (/^(0|[1-9][0-9]{0,8})$/.test(text) && Number(text) >= least) return Number(text);
  throw new UsageError(`--${name} is ${text}, not a number from ${least}`, command.name);
}
