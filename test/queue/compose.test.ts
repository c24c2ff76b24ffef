/** The example of a compose file: its commands are commands of this program, and its server keeps what it is told. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { parseCommandLine } from "../../src/cli/command.js";
import { commands } from "../../src/cli/commands.js";

const { services } = parse(
  readFileSync(new URL("../../examples/queue/compose.yaml", import.meta.url), "utf8"),
  {
    merge: true,
  },
);

test.each(["worker", "coordinator"])("the %s's command is one, with values that it takes", (name) => {
  const line: string[] = services[name].command;
  const command = commands.find((each) => each.name.split(" ").every((word, i) => word === line[i]));
  if (command === undefined) throw new Error(`there is no command ${line.join(" ")}`);
  const { values } = parseCommandLine(command, line.slice(command.name.split(" ").length));
  expect(values).toMatchObject({ queue: "env" });
  expect(services[name].environment.FVM_QUEUE).toBe("redis://queue:6379");
});

test("the server has an append-only file, and forgets nothing for room", () => {
  const [, ...options] = services.queue.command as string[];
  expect(options).toEqual(["--appendonly", "yes", "--maxmemory-policy", "noeviction"]);
});
