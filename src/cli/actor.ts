/** Commands for actors of one's own. */
import { ACTOR_LANGUAGES } from "../sdk/languages.js";
import { defineCommand } from "./command.js";

export const actorNew = defineCommand({
  name: "actor new",
  parameters: ["FOLDER"],
  summary: "Make a folder with an actor to begin with, and a test.",
  options: {
    language: {
      type: "choice",
      choices: ACTOR_LANGUAGES,
      value: "NAME",
      help: `Its language: ${ACTOR_LANGUAGES.join(", ")}. Needed.`,
    },
  },
  examples: ["fvm actor new counter --language javascript", "fvm actor new counter --language c"],
  async run({ language }, [folder = ""], output) {
    const { newActor } = await import("./actor/new.js");
    return newActor(folder, language, output);
  },
});

export const actorBuild = defineCommand({
  name: "actor build",
  parameters: ["[FOLDER]"],
  summary: "Build the actor in a folder: its program, and the declarations of its client.",
  details:
    "Writes build/NAME.program, which the state of the actor will have, and NAME.d.ts, the types of its client.\n" +
    "JavaScript and TypeScript need esbuild beside this package, C Clang 18 or newer, which FVM_CLANG may name.",
  options: {},
  examples: ["fvm actor build", "fvm actor build counter"],
  async run(_values, [folder = "."], output) {
    const { buildInFolder } = await import("./actor/build.js");
    await buildInFolder(folder, output);
    return 0;
  },
});

export const actorTest = defineCommand({
  name: "actor test",
  parameters: ["[FOLDER]"],
  summary: "Build an actor, run its tests, and compare the gas of its methods with what it was.",
  details:
    "Tests are the files FOLDER/*.test.mjs, for Node's own test runner. Gas of the methods that they call is kept in\n" +
    "actor.gas.json: the first time it is written, later it is compared, and a difference is exit code 1.",
  options: { update: { type: "flag", help: "Write actor.gas.json anew." } },
  examples: ["fvm actor test", "fvm actor test counter --update"],
  async run({ update }, [folder = "."], output) {
    const { testActor } = await import("./actor/test.js");
    return testActor(folder, update, output);
  },
});
