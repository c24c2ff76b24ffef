/** The part of V8's own WebAssembly that the tests use; its types otherwise come only with the browser's. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports?: Record<string, Record<string, unknown>>);
    readonly exports: Record<string, unknown>;
  }
  class Memory {
    readonly buffer: ArrayBuffer;
  }
  class RuntimeError extends Error {}
  class Global {
    constructor(descriptor: { value: "i32" | "i64"; mutable: boolean }, value: bigint | number);
    value: bigint;
  }
}
