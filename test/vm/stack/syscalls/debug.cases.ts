/** Debug output, on a machine that lets actors write it. */
import { BEYOND, type Script } from "../../../support/script.js";
import { beyond, type Case, filled, hex, IN, illegal, text } from "./case.js";

const named = (script: Script, name: Uint8Array) =>
  script.write(IN, name).call("debug.store_artifact", IN, name.length, IN, 1);
const badName = (what: string, name: Uint8Array, why: string): Case => [
  `debug.store_artifact: ${what}`,
  (s) => named(s, name),
  () => [illegal(why)],
];

export const debug: Case[] = [
  ["debug.log", (s) => s.write(IN, text("é")).call("debug.log", IN, 2), () => [0]],
  ["debug.log: a text beyond memory", (s) => s.call("debug.log", BEYOND, 9), () => [beyond(BEYOND, 9)]],
  [
    "debug.log: half a character",
    (s) => s.write(IN, hex("61e282")).call("debug.log", IN, 3),
    () => [illegal("incomplete utf-8 byte sequence from index 1")],
  ],
  [
    "debug.log: a character that breaks off",
    (s) => s.write(IN, hex("f09f9841")).call("debug.log", IN, 4),
    () => [illegal("invalid utf-8 sequence of 3 bytes from index 0")],
  ],
  ["debug.store_artifact", (s) => named(s, text("a.bin")), () => [0]],
  badName("no name", hex(""), "debug artifact name should be at least one character"),
  badName("a long name", filled(257, 0x61), "debug artifact name should not exceed 256 bytes"),
  badName("a path", text("a/b"), "debug artifact name should not include any path separators"),
  badName("a hidden name", text(".a"), "debug artifact name should not start with a decimal '.'"),
  badName("a surrogate", hex("61eda080"), "invalid utf-8 sequence of 1 bytes from index 1"),
];
