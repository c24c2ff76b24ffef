/** A counter as `buildActor` makes it, of a program that needs no compiler. */
import { exportedMethodNumber } from "../../../src/builtin/frc42.js";
import { constructorParams, encodeProgram } from "../../../src/runtimes/ebpf/program.js";
import type { BuiltActor } from "../../../src/sdk/build.js";
import type { ActorManifest } from "../../../src/sdk/manifest.js";
import { assemble } from "./assembler.js";

/** State and parameters are numbers below 24, which are bytes. An increment by 0 fails, by 1 breaks. */
const CODE = `
  call 8
  mov %r0, 0
  exit
  ldxb %r6, [%r1]
  jeq %r6, 0, refuse
  jeq %r6, 1, crash
  mov %r1, %r10
  add %r1, -1
  mov %r2, 1
  call 7
  ldxb %r1, [%r10-1]
  add %r1, %r6
  stxb [%r10-1], %r1
  mov %r1, %r10
  add %r1, -1
  mov %r2, 1
  call 8
  mov %r1, %r10
  add %r1, -1
  mov %r2, 1
  call 3
  mov %r0, 0
  exit
  refuse:
  mov %r0, 16
  exit
  crash:
  ldxb %r0, [%r6]
  exit`;

const methods = [
  { number: 1, entry: 0, name: "Constructor" },
  { number: exportedMethodNumber("Increment"), entry: 3, name: "Increment" },
];

export function builtCounter(): BuiltActor {
  const program = {
    code: assemble(CODE),
    readOnlyData: new Uint8Array(),
    data: new Uint8Array(),
    dataSize: 0,
    methods,
  };
  const manifest: ActorManifest = {
    folder: "/nowhere",
    name: "counter",
    language: "c",
    entry: "/nowhere/counter.c",
    methods: new Map([
      ["Constructor", { number: 1, params: "u64", returns: undefined }],
      ["Increment", { number: exportedMethodNumber("Increment"), params: "u64", returns: "u64" }],
    ]),
  };
  return {
    manifest,
    runtime: "ebpf",
    program: encodeProgram(program),
    constructorParams: (own) => constructorParams(program, own),
    explain: (text) => text.replace("instruction", "here: instruction"),
  };
}
