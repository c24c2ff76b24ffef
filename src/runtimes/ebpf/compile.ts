import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { FvmError } from "../../errors.js";
import { type ElfObject, readElf } from "./elf.js";
import { type LinkedProgram, linkProgram } from "./link.js";

/** The first version that knows version 4 of the instruction set, which has signed division. */
const LEAST_CLANG = 18;
const NEWEST_CLANG = 22;

/** Folder of `fvm_bpf.h` and `fvm_cbor.h`. */
export const ebpfHeaders = fileURLToPath(new URL("../../../dist/actors/include/", import.meta.url));

const FLAGS = [
  "--target=bpfel",
  "-mcpu=v4",
  "-O2",
  "-g",
  "-std=gnu17",
  // Frames are larger here than in Linux.
  "-mllvm",
  "-bpf-stack-size=4096",
  // There is no library: loops are not to become calls of it.
  "-fno-builtin",
  "-ffreestanding",
  "-Wall",
  "-c",
];

/** Options of `buildEbpf`. */
export interface EbpfBuildOptions {
  /** C sources, or assembly (`.s`) as `rustc --emit=asm` writes it. */
  readonly sources: readonly string[];
  /** Program of Clang 18 or newer. Default: FVM_CLANG, or the one that is found. */
  readonly clang?: string;
}

/** Compiles and links a program. Throws `FvmError` COMPILER_MISSING, COMPILER_FAILED or INVALID_PROGRAM. */
export function buildEbpf({ sources, clang = findClang() }: EbpfBuildOptions): LinkedProgram {
  const folder = mkdtempSync(join(tmpdir(), "fvm-ebpf-"));
  try {
    return linkProgram(sources.map((source, index) => compile(clang, source, join(folder, `${index}.o`))));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function compile(clang: string, source: string, output: string): ElfObject {
  const { status, stderr, error } = spawnSync(clang, [...FLAGS, "-I", ebpfHeaders, source, "-o", output], {
    encoding: "utf8",
  });
  if (status !== 0) {
    throw new FvmError(
      "COMPILER_FAILED",
      { source, output: stderr || String(error?.message) },
      { cause: error },
    );
  }
  return readElf(basename(source), readFileSync(output));
}

/** A Clang that is new enough. Throws `FvmError` COMPILER_MISSING. */
export function findClang(): string {
  const { FVM_CLANG: named } = process.env;
  const names = named
    ? [named]
    : [
        "clang",
        ...Array.from({ length: NEWEST_CLANG - LEAST_CLANG + 1 }, (_, i) => `clang-${NEWEST_CLANG - i}`),
      ];
  const found = names.find((name) => versionOf(name) >= LEAST_CLANG);
  if (found !== undefined) return found;
  throw new FvmError("COMPILER_MISSING", {
    compiler: `clang ${LEAST_CLANG} or newer, with the target BPF`,
    tried: names,
    remedy: "install it, such as with apt install clang-19, or name it in FVM_CLANG",
  });
}

/** Zero for a program that is not there or says no version. */
function versionOf(clang: string): number {
  const { stdout } = spawnSync(clang, ["--version"], { encoding: "utf8" });
  return Number(/clang version (\d+)/.exec(stdout ?? "")?.[1] ?? 0);
}
