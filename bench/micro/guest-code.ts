import wabt from "wabt";

/** Code that a guest runs over and over. Each syscall must succeed, otherwise it traps. */
export interface GuestPlan {
  /** Imports as text, such as `(import "gas" "available" (func $available (param i32) (result i32)))`. */
  readonly imports: string;
  /** Runs once. */
  readonly before?: string;
  /** Runs `times`; leaves an error number. */
  readonly body: string;
  readonly times: number;
  /** Data segments. */
  readonly data?: string;
  /** Pages of memory, 64 KiB each. Default 1. */
  readonly pages?: number;
}

/** Where guests keep things: results first, a CID, what they read or write. */
export const At = { result: 0, cid: 256, buffer: 1024 } as const;

export function loopingGuest({
  imports,
  before = "",
  body,
  times,
  data = "",
  pages = 1,
}: GuestPlan): Promise<Uint8Array> {
  return assemble(`(module
    ${imports}
    (memory (export "memory") ${pages})
    ${data}
    (func (export "invoke") (param i32) (result i32)
      (local $count i32)
      ${before}
      (loop $again
        (if (i32.ne ${body} (i32.const 0)) (then unreachable))
        (local.set $count (i32.add (local.get $count) (i32.const 1)))
        (br_if $again (i32.lt_u (local.get $count) (i32.const ${times}))))
      (i32.const 0)))`);
}

/** As much memory as a builtin actor has, some of it with contents, and nothing to do. */
export function idleGuest(): Promise<Uint8Array> {
  return assemble(`(module
    (memory (export "memory") 18)
    (data (i32.const 1048576) "${"fvm ".repeat(4096)}")
    (func (export "invoke") (param i32) (result i32) (i32.const 0)))`);
}

export async function assemble(text: string): Promise<Uint8Array> {
  const { parseWat } = await wabt();
  const module = parseWat("guest.wat", text, {});
  try {
    return new Uint8Array(module.toBinary({}).buffer);
  } finally {
    module.destroy();
  }
}
