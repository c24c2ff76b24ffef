import { closeSync, openSync, readSync } from "node:fs";

/** Bytes of a program's start in which it names its loader. */
const HEAD_BYTES = 4096;

/** The name of the system that a process runs on, as packages of prebuilt addons have it: `linux-x64-gnu`. */
export function platformName(): string {
  const name = `${process.platform}-${process.arch}`;
  return process.platform === "linux" ? `${name}-${libcOf(headOf(process.execPath))}` : name;
}

/**
 * The C library of a program, by the loader that it names. The machine may have both, and so may `node_modules`.
 * `process.report` tells, too, but takes a hundred times as long.
 */
export function libcOf(head: Uint8Array): "gnu" | "musl" {
  return Buffer.from(head).includes("/ld-musl-") ? "musl" : "gnu";
}

function headOf(file: string): Uint8Array {
  const descriptor = openSync(file, "r");
  try {
    const bytes = new Uint8Array(HEAD_BYTES);
    return bytes.subarray(0, readSync(descriptor, bytes));
  } finally {
    closeSync(descriptor);
  }
}
