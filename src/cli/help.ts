import type { Command, Option } from "./command.js";
import { EXIT_CODES } from "./exit-status.js";

/** The page of `fvm --help`. */
export function overview(commands: readonly Command[]): string {
  const rows = commands.map((command): Row => [synopsis(command), command.summary]);
  return [
    "fvm: the Filecoin Virtual Machine",
    "",
    "Commands:",
    ...table(rows),
    "",
    "Exit codes:",
    ...exitCodes(),
    "",
    "fvm COMMAND --help says more about one; fvm --version names the versions of the parts.",
  ].join("\n");
}

/** The page of `fvm COMMAND --help`. */
export function commandHelp(command: Command): string {
  const options = Object.entries(command.options).map(
    ([name, option]): Row => [`--${name}${placeholder(option)}`, option.help],
  );
  const sections = [
    [`fvm ${synopsis(command)}${options.length > 0 ? " [options]" : ""}`, "", command.summary],
    command.details === undefined ? [] : ["", command.details],
    options.length === 0 ? [] : ["", "Options:", ...table(options)],
    command.examples.length === 0 ? [] : ["", "Examples:", ...command.examples.map((line) => `  ${line}`)],
  ];
  return sections.flat().join("\n");
}

/** All pages, in Markdown. */
export function reference(commands: readonly Command[]): string {
  const pages = commands.map(
    (command) => `## fvm ${command.name}\n\n\`\`\`\n${commandHelp(command)}\n\`\`\`\n`,
  );
  const codes = `## Exit codes\n\n\`\`\`\n${exitCodes().join("\n")}\n\`\`\`\n`;
  const sections = [...pages, codes].join("\n");
  return `# Command line\n\nMade by \`npm run docs\` from the commands themselves.\n\n${sections}`;
}

function exitCodes(): string[] {
  return table(EXIT_CODES.map(([code, meaning]): Row => [String(code), meaning]));
}

type Row = readonly [left: string, right: string];

function synopsis(command: Command): string {
  return [command.name, ...command.parameters].join(" ");
}

function placeholder(option: Option): string {
  if (option.type === "flag") return "";
  if (option.type === "choice") return ` ${option.choices.join("|")}`;
  return ` ${option.value ?? option.type.toUpperCase()}${option.type === "list" ? "..." : ""}`;
}

/** Rows as two columns; what is too wide for the left one gets a line of its own. */
function table(rows: readonly Row[]): string[] {
  const width = Math.min(32, Math.max(...rows.map(([left]) => left.length)));
  return rows.flatMap(([left, right]) =>
    left.length <= width
      ? [`  ${left.padEnd(width)}  ${right}`]
      : [`  ${left}`, `  ${"".padEnd(width)}  ${right}`],
  );
}
