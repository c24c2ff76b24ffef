/** Random Wasm programs (as text) that always end, and call `probe` and `syscall` on their way. */

export function random(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

const BINARY = ["i32.add", "i32.sub", "i32.mul", "i32.and", "i32.xor", "i32.shl", "i32.lt_u", "i32.eq"];
const LOCALS = 4;
/** Small functions of each type. */
const HELPERS = 3;

/** `invoke` runs function 0; a function calls only functions after it, and loops count down, so it ends. */
export function randomProgram(seed: number): string {
  const next = random(seed);
  const pick = <T>(from: readonly T[]): T => from[next(from.length)] as T;
  const local = () => next(LOCALS);
  const functions = 1 + next(4);
  const isTableChanged = next(4) === 0;
  let counters = 0;

  function expression(depth: number, self: number): string {
    if (depth === 0 || next(3) === 0) return next(2) ? `(i32.const ${next(1000)})` : `(local.get ${local()})`;
    switch (next(10)) {
      case 8:
        return `(call $h${next(HELPERS)} ${expression(depth - 1, self)})`;
      case 9:
        return `(i32.wrap_i64 (call $w${next(HELPERS)} ${expression(depth - 1, self)} (i64.extend_i32_u ${expression(depth - 1, self)})))`;
      case 0:
        return `(if (result i32) ${expression(depth - 1, self)} (then ${expression(depth - 1, self)}) (else ${expression(depth - 1, self)}))`;
      case 1:
        return `(i32.load offset=${next(64)} (i32.and ${expression(depth - 1, self)} (i32.const 4095)))`;
      case 2:
        return self + 1 < functions
          ? `(call $f${self + 1 + next(functions - self - 1)} ${expression(depth - 1, self)})`
          : "(memory.size)";
      case 3:
        return `(call_indirect (type $unary) ${expression(depth - 1, self)} ${place(0, 3, expression(depth - 1, self))})`;
      case 4:
        return next(4)
          ? "(memory.size)"
          : `(memory.grow ${next(2) ? "(i32.const 1)" : `(i32.and ${expression(depth - 1, self)} (i32.const 1))`})`;
      case 5:
        return `(select ${expression(depth - 1, self)} ${expression(depth - 1, self)} ${expression(depth - 1, self)})`;
      default:
        return `(${pick(BINARY)} ${expression(depth - 1, self)} ${expression(depth - 1, self)})`;
    }
  }

  /** Where in the table to call: nearly always something of the right type. */
  function place(first: number, mask: number, at: string): string {
    if (next(20) === 0) return `(i32.and ${at} (i32.const 15))`;
    return `(i32.add (i32.const ${first}) (i32.and ${at} (i32.const ${mask})))`;
  }

  function body(depth: number, self: number): string {
    return Array.from({ length: 1 + next(4) }, () => statement(depth, self)).join(" ");
  }

  function statement(depth: number, self: number): string {
    if (depth === 0) return `(local.set ${local()} ${expression(2, self)})`;
    switch (next(14)) {
      case 10:
        return `(call $v${next(HELPERS)} ${expression(2, self)})`;
      case 11:
        return `(call_indirect (type $void) ${expression(2, self)} ${place(4, 1, expression(2, self))})`;
      case 12:
        return isTableChanged
          ? `(table.copy (i32.const ${next(4)}) (i32.const ${next(4)}) (i32.const 1))`
          : `(call $probe (local.get ${local()}))`;
      case 0:
        return `(block ${body(depth - 1, self)})`;
      case 1: {
        // A loop of its own counter, so that it ends whatever its body does.
        const counter = `$c${counters++}`;
        declared.push(counter);
        return `(local.set ${counter} (i32.const ${1 + next(4)})) (block (loop ${body(depth - 1, self)}
          (br_if 1 (i32.eqz (local.get ${counter}))) (local.set ${counter} (i32.sub (local.get ${counter}) (i32.const 1))) (br 0)))`;
      }
      case 2:
        return `(if ${expression(2, self)} (then ${body(depth - 1, self)}) (else ${body(depth - 1, self)}))`;
      case 3:
        return `(if ${expression(2, self)} (then ${body(depth - 1, self)}))`;
      case 4:
        return `(block (br_if 0 ${expression(2, self)}) ${body(depth - 1, self)})`;
      case 5: {
        const targets = Array.from({ length: 1 + next(3) }, () => next(3)).join(" ");
        return `(block (block (block (br_table ${targets} ${next(3)} ${expression(2, self)})) ${body(depth - 1, self)}) ${body(depth - 1, self)})`;
      }
      case 6:
        return next(2) === 0
          ? `(call $probe (local.get ${local()}))`
          : `(local.set ${local()} (call $syscall (local.get ${local()})))`;
      case 7:
        return `(i32.store (i32.and ${expression(2, self)} (i32.const 4095)) ${expression(2, self)})`;
      case 8:
        return `(memory.fill (i32.const ${next(100)}) ${expression(1, self)} ${next(2) ? `(i32.const ${next(50)})` : "(i32.and (local.get 1) (i32.const 63))"})`;
      case 9:
        return `(memory.copy (i32.const ${next(100)}) (i32.const ${next(100)}) (i32.and ${expression(1, self)} (i32.const 31)))`;
      default:
        return `(local.set ${local()} ${expression(3, self)})`;
    }
  }

  /** So small that callers may hold copies: with what differs inside of a copy, and sometimes a trap. */
  function unaryHelper(index: number): string {
    const n = next(1000);
    const bodies = [
      "(local i32) (local.set 1 (i32.add (local.get 1) (local.get 0))) (local.get 1)",
      `(if (i32.lt_u (local.get 0) (i32.const ${n})) (then (return (i32.const ${n})))) (i32.shl (local.get 0) (i32.const 1))`,
      `(br_if 0 (i32.const ${n}) (i32.and (local.get 0) (i32.const 1))) (drop) (i32.const 9)`,
      `(block (br_if 0 (i32.and (local.get 0) (i32.const 2))) (return (i32.const ${n}))) (i32.const 3)`,
      "(local i32) (local.set 1 (i32.and (local.get 0) (i32.const 3))) (loop (br_if 0 (local.tee 1 (i32.shr_u (local.get 1) (i32.const 1))))) (local.get 1)",
      "(i32.load offset=4 (local.get 0))",
      `(if (i32.eq (local.get 0) (i32.const ${n})) (then (unreachable))) (local.get 0)`,
      "(call $probe (local.get 0)) (i32.const 1)",
      "(call $syscall (local.get 0))",
      index + 1 < HELPERS
        ? `(i32.add (call $h${index + 1} (local.get 0)) (call $h${index + 1} (i32.const ${n})))`
        : "(memory.grow (i32.const 0))",
    ];
    return `(func $h${index} (type $unary) ${pick(bodies)})`;
  }

  function wideHelper(index: number): string {
    const bodies = [
      "(local i64 f64) (i64.add (local.get 1) (local.get 2))",
      "(if (result i64) (local.get 0) (then (local.get 1)) (else (return (i64.extend_i32_u (call $h0 (i32.const 7))))))",
      "(local i32) (block (br_if 0 (local.get 0)) (local.set 2 (i32.const 1))) (i64.extend_i32_u (local.get 2))",
    ];
    return `(func $w${index} (param i32 i64) (result i64) ${pick(bodies)})`;
  }

  function voidHelper(index: number): string {
    const bodies = [
      "",
      "(i32.store (i32.and (local.get 0) (i32.const 1023)) (local.get 0))",
      "(br_if 0 (local.get 0)) (call $probe (i32.const 5))",
      "(block (block (br_table 0 1 2 (local.get 0))) (return)) (drop (call $h1 (local.get 0)))",
    ];
    return `(func $v${index} (param i32) ${pick(bodies)})`;
  }

  const helpers = Array.from({ length: HELPERS }, (_, i) => [unaryHelper(i), wideHelper(i), voidHelper(i)]);
  let declared: string[] = [];
  const bodies: string[] = [];
  for (let f = 0; f < functions; f++) {
    declared = [];
    const code = `${body(3, f)} (call $probe (local.get 0)) ${expression(2, f)}`;
    const locals = `(local i32 i32 i32) ${declared.map((name) => `(local ${name} i32)`).join(" ")}`;
    bodies.push(`(func $f${f} (type $unary) ${locals} ${code})`);
  }
  return `(module (type $unary (func (param i32) (result i32))) (type $void (func (param i32)))
    (import "test" "probe" (func $probe (param i32)))
    (import "test" "syscall" (func $syscall (type $unary)))
    (memory (export "memory") 1 4)
    (table 12 funcref) (elem (i32.const 0) $leaf $syscall $h0 $h1 $v0 $v1 $w0) (elem (i32.const 8) $leaf)
    ${helpers.flat().join("\n")}
    (func $leaf (type $unary) (i32.add (local.get 0) (i32.const 1)))
    ${bodies.join("\n")}
    (func (export "invoke") (param i32) (result i32) (call $f0 (local.get 0))))`;
}
