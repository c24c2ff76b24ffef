#!/usr/bin/env node
/** solc-js as Foundry expects a compiler: `--version`, or standard JSON on stdin. Nothing is downloaded. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const solc = createRequire(import.meta.url)("solc");

const answer = process.argv.includes("--version")
  ? `solc, the solidity compiler commandline interface\nVersion: ${solc.version()}\n`
  : solc.compile(readFileSync(0, "utf8"));
process.stdout.write(answer);
