/** Writes docs/cli.md from the commands. Needs `npm run build:ts`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { commands } from "../dist/cli/commands.js";
import { reference } from "../dist/cli/help.js";

const docs = new URL("../docs/", import.meta.url);
mkdirSync(docs, { recursive: true });
writeFileSync(new URL("cli.md", docs), reference(commands));
