/** The suite bpf_conformance, whose files are no part of this project. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { EbpfProgram } from "../../../src/runtimes/ebpf/program.js";
import { assemble } from "./assembler.js";
import { programOfCode } from "./contract.js";

export interface ConformanceCase {
  readonly name: string;
  readonly code: Uint8Array;
  /** Bytes that r1 points to. */
  readonly memory: Uint8Array;
  /** Value that r0 has to have. */
  readonly result: bigint;
}

/** The suite's folder of tests, if it is there: FVM_BPF_CONFORMANCE, or the usual place. */
export function conformanceFolder(): string | undefined {
  const { FVM_BPF_CONFORMANCE: named, XDG_CACHE_HOME: cache = join(homedir(), ".cache") } = process.env;
  const folder = join(named ?? join(cache, "fvm-node", "bpf_conformance"), "tests");
  return existsSync(folder) ? folder : undefined;
}

export function conformanceCases(folder: string): ConformanceCase[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".data"))
    .map((file) => caseOf(file.replace(".data", ""), readFileSync(join(folder, file), "utf8")));
}

function caseOf(name: string, text: string): ConformanceCase {
  const sections = new Map<string, string>();
  let lines: string[] = [];
  for (const line of text.split("\n")) {
    const title = /^-- (.+)/.exec(line)?.[1]?.trim();
    if (title === undefined) lines.push(line.replace(/#.*/, ""));
    else {
      lines = [];
      sections.set(title, "");
    }
    const last = [...sections.keys()].at(-1);
    if (last !== undefined) sections.set(last, lines.join("\n"));
  }
  const words = (title: string) => (sections.get(title) ?? "").split(/\s+/).filter((word) => word !== "");
  const [result = ""] = words("result");
  return {
    name,
    code: sections.has("raw") ? rawCode(words("raw")) : assemble(sections.get("asm") ?? ""),
    memory: Uint8Array.from(words("mem"), (byte) => Number.parseInt(byte, 16)),
    result: BigInt.asUintN(64, BigInt(result)),
  };
}

/** Instructions as words of 64 bits. */
function rawCode(words: readonly string[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(8 * words.length));
  words.forEach((word, at) => {
    view.setBigUint64(8 * at, BigInt(word), true);
  });
  return new Uint8Array(view.buffer);
}

/** A program that returns r0 of a case, eight bytes. The case's memory, which it may write to, is the program's data. */
export function conformanceProgram({ code, memory }: ConformanceCase): EbpfProgram {
  const around = assemble(`
    lddw %r1, ${memory.length === 0 ? "0" : "0x300000000"}
    mov %r2, ${memory.length}
    call local tested
    stxdw [%r10-8], %r0
    mov %r1, %r10
    add %r1, -8
    mov %r2, 8
    call 3
    mov %r0, 0
    exit
    tested:`);
  return programOfCode(Buffer.concat([around, code]), { data: memory });
}
