/** Modules that mean harm or are broken, in text format, and the exit code the specification gives them. */
import { assemble } from "../../actors/build.mjs";

/** `fatal` is exit code 10 with all gas used. */
export type HostileExit = number | "fatal";

export interface HostileModule {
  readonly name: string;
  readonly wasm: () => Promise<Uint8Array>;
  readonly exit: HostileExit;
}

/** A module whose `invoke` has this body; the body leaves nothing on the stack. */
export const body = (name: string, exit: HostileExit, code: string, fields = ""): HostileModule =>
  whole(
    name,
    exit,
    `(memory (export "memory") 1) ${fields}
     (func (export "invoke") (param i32) (result i32) (local $i i32) ${code} i32.const 0)`,
  );

export const whole = (name: string, exit: HostileExit, fields: string): HostileModule => ({
  name,
  exit,
  wasm: () => assemble(`(module ${fields})`),
});

const binary = (name: string, change: (valid: Uint8Array) => Uint8Array): HostileModule => ({
  name,
  exit: "fatal",
  wasm: async () => change(await assemble(`(module ${memory} ${invoke})`)),
});

export const memory = '(memory (export "memory") 1)';
export const invoke = '(func (export "invoke") (param i32) (result i32) (i32.const 0))';
const bigTable = (size: number) => `(table ${size} funcref) ${memory} ${invoke}`;

/** Every local lives across the call, so a frame is large: the native stack ends before the counter does. */
const largeFrames = (locals: number) => {
  const names = Array.from({ length: locals }, (_, index) => `$l${index}`);
  return `${memory}
    (func $deep (param i32) (result i64) ${names.map((name) => `(local ${name} i64)`).join(" ")}
      ${names.map((name, index) => `(local.set ${name} (i64.load (i32.const ${8 * index})))`).join(" ")}
      (drop (call $deep (local.get 0)))
      i64.const 0 ${names.map((name) => `local.get ${name} i64.add`).join(" ")})
    (func (export "invoke") (param i32) (result i32) (i32.wrap_i64 (call $deep (local.get 0))))`;
};

const traps = [
  body("unreachable", 4, "unreachable"),
  body("i32 division by zero", 4, "(drop (i32.div_s (i32.const 1) (local.get $i)))"),
  body("i64 remainder by zero", 4, "(drop (i64.rem_u (i64.const 1) (i64.extend_i32_u (local.get $i))))"),
  body("signed division overflow", 4, "(drop (i32.div_s (i32.const 0x80000000) (i32.const -1)))"),
  body("truncation of NaN", 4, "(drop (i32.trunc_f32_s (f32.const nan)))"),
  body("truncation out of range", 4, "(drop (i64.trunc_f64_u (f64.const 1e30)))"),
  body("load beyond memory", 4, "(drop (i32.load (i32.const 65533)))"),
  body("load at the largest address and offset", 4, "(drop (i64.load offset=0xffffffff (i32.const -1)))"),
  body("store beyond memory", 4, "(i64.store (i32.const -8) (i64.const 1))"),
  body("memory.fill beyond memory", 4, "(memory.fill (i32.const 65535) (i32.const 1) (i32.const 2))"),
  body("memory.copy beyond memory", 4, "(memory.copy (i32.const 0) (i32.const 65535) (i32.const 2))"),
  body(
    "memory.init beyond the segment",
    4,
    "(memory.init $d (i32.const 0) (i32.const 0) (i32.const 2))",
    '(data $d "x")',
  ),
  body("table.get beyond the table", 4, "(drop (table.get $t (i32.const 1)))", "(table $t 1 funcref)"),
  body("indirect call of a null", 4, "(call_indirect (i32.const 0))", "(table 1 funcref)"),
  body("indirect call beyond the table", 4, "(call_indirect (i32.const 7))", "(table 1 funcref)"),
  body(
    "indirect call with another type",
    4,
    "(drop (call_indirect (result i64) (i32.const 0)))",
    "(table 1 funcref) (func $f) (elem (i32.const 0) $f)",
  ),
  body("recursion without end", 4, "(call $r)", "(func $r (call $r))"),
  whole("recursion with large frames", 4, largeFrames(3000)),
];

const starts = [
  whole("trap in the start function", 4, `${memory} ${invoke} (func $s unreachable) (start $s)`),
  whole("endless start function", 7, `${memory} ${invoke} (func $s (loop br 0)) (start $s)`),
  whole("data segment beyond memory", 4, `${memory} ${invoke} (data (i32.const 65535) "ab")`),
  whole(
    "element segment beyond the table",
    4,
    `(table 1 funcref) ${memory} ${invoke} (elem (i32.const 1) 0)`,
  ),
  whole(
    "start function that exhausts the memory limit",
    7,
    `${memory} ${invoke} (func $s (loop (drop (memory.grow (i32.const 1))) br 0)) (start $s)`,
  ),
  whole("start function with parameters", "fatal", `${memory} ${invoke} (func $s (param i32)) (start $s)`),
  whole(
    "start function that is an unknown import",
    "fatal",
    `(import "vm" "begin" (func $s)) ${memory} ${invoke} (start $s)`,
  ),
];

const entries = [
  whole("no invoke", 5, `${memory} (func)`),
  whole("no code at all", "fatal", memory),
  whole("invoke is a global", 5, `${memory} (func) (global (export "invoke") i32 (i32.const 0))`),
  whole("invoke returns nothing", "fatal", `${memory} (func (export "invoke") (param i32))`),
  whole("invoke takes nothing", "fatal", `${memory} (func (export "invoke") (result i32) (i32.const 0))`),
  whole(
    "invoke takes two",
    "fatal",
    `${memory} (func (export "invoke") (param i32 i32) (result i32) (i32.const 0))`,
  ),
  whole(
    "invoke takes i64",
    "fatal",
    `${memory} (func (export "invoke") (param i64) (result i32) (i32.const 0))`,
  ),
  whole("memory is not exported", "fatal", `(memory 1) ${invoke}`),
  whole("memory is a function", "fatal", `(func (export "memory")) ${invoke}`),
];

const links = [
  whole("unknown import", "fatal", `(import "vm" "reboot" (func)) ${memory} ${invoke}`),
  whole(
    "unknown module",
    "fatal",
    `(import "wasi_snapshot_preview1" "fd_write" (func (param i32))) ${memory} ${invoke}`,
  ),
  whole(
    "import of a syscall with another type",
    "fatal",
    `(import "vm" "exit" (func (param i64) (result i32))) ${memory} ${invoke}`,
  ),
  whole("import of a syscall as a global", "fatal", `(import "vm" "exit" (global i32)) ${memory} ${invoke}`),
  whole(
    "imported memory",
    "fatal",
    `(import "env" "memory" (memory 1)) (export "memory" (memory 0)) ${invoke}`,
  ),
  whole(
    "import of a syscall in the form that brings the gas counter",
    "fatal",
    `(import "fvm:gas" "available" (func (param i32 i64) (result i64))) ${memory} ${invoke}`,
  ),
  whole(
    "import of what the host asks with",
    "fatal",
    `(import "fvm" "suspend" (func (result i64))) ${memory} ${invoke}`,
  ),
  whole("own gas counter", "fatal", `(import "gas" "gas_counter" (global (mut i64))) ${memory} ${invoke}`),
];

const sizes = [
  body("endless loop", 7, "(loop br 0)"),
  whole(
    "recursion that doubles, without a loop",
    7,
    `${memory}
     (func $r (param i32) (if (local.get 0) (then
       (call $r (i32.sub (local.get 0) (i32.const 1)))
       (call $r (i32.sub (local.get 0) (i32.const 1))))))
     (func (export "invoke") (param i32) (result i32) (call $r (i32.const 100)) (i32.const 0))`,
  ),
  body("endless loop of memory.grow", 7, "(loop (drop (memory.grow (i32.const 8192))) br 0)"),
  body(
    "memory up to the limit",
    0,
    "(if (i32.ne (memory.grow (i32.const 8191)) (i32.const 1)) (then unreachable))",
  ),
  body(
    "memory over the limit",
    0,
    "(if (i32.ne (memory.grow (i32.const 8192)) (i32.const -1)) (then unreachable))",
  ),
  whole("initial memory over the limit", "fatal", `(memory (export "memory") 8193) ${invoke}`),
  whole("table at the limit", 0, bigTable(20_000)),
  whole("table over the limit", "fatal", bigTable(20_001)),
  whole("two tables", "fatal", `(table 1 funcref) (table 1 funcref) ${memory} ${invoke}`),
  whole(
    "data segment of 1 MiB",
    0,
    `(memory (export "memory") 17) (data (i32.const 0) "${"x".repeat(1 << 20)}") ${invoke}`,
  ),
  body("50,000 locals", 0, "", `(func (local ${"i64 ".repeat(50_000)}))`),
  body("50,001 locals", "fatal", "", `(func (local ${"i64 ".repeat(50_001)}))`),
];

const refused = [
  body("SIMD", "fatal", "(drop (i32x4.splat (i32.const 1)))"),
  body("atomics", "fatal", "atomic.fence"),
  body("tail call", "fatal", "(return_call $f)", "(func $f (result i32) (i32.const 0))"),
  body(
    "multi-value",
    "fatal",
    "(call $f) drop drop",
    "(func $f (result i32 i32) (i32.const 0) (i32.const 0))",
  ),
  body("typed select", "fatal", "(drop (select (result i32) (i32.const 1) (i32.const 2) (i32.const 3)))"),
  body("ref.func", "fatal", "(drop (ref.func $f))", "(func $f) (elem declare func $f)"),
  body("type error", "fatal", "(drop (i32.add (i64.const 1) (i32.const 1)))"),
  body("negative constant for memory.grow", "fatal", "(drop (memory.grow (i32.const -1)))"),
  whole("memory64", "fatal", `(memory (export "memory") i64 1) ${invoke}`),
  binary("nothing", () => new Uint8Array()),
  binary("header only", (valid) => valid.slice(0, 8)),
  binary("another Wasm version", (valid) => valid.with(4, 2)),
  binary("truncated", (valid) => valid.slice(0, valid.length - 3)),
  binary("trailing bytes", (valid) => Buffer.concat([valid, Uint8Array.of(1, 2, 3)])),
  binary("section length of 4 GiB", (valid) => valid.with(9, 0xff).fill(0xff, 10, 13)),
  binary("not Wasm", () => Buffer.from("#!/bin/sh\nexit 0\n")),
];

export const hostileModules: readonly HostileModule[] = [
  ...traps,
  ...starts,
  ...entries,
  ...links,
  ...sizes,
  ...refused,
];
