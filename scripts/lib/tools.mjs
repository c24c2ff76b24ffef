/** Tools that the native build needs on the machine, checked before anything is started. */
import { execFileSync } from "node:child_process";
import { BuildError } from "./run.mjs";

/** `least` is compared with the first version number the program prints. */
const TOOLS = {
  rust: {
    programs: ["cargo"],
    least: [1, 95],
    get: "Rust and cargo 1.95 or newer (https://rustup.rs, or `rustup update`)",
  },
  cmake: { programs: ["cmake"], least: [3, 18], get: "CMake 3.18 or newer (Debian: apt install cmake)" },
  cxx: {
    programs: [process.env.CXX, "c++", "g++", "clang++"],
    least: [10],
    get: "a C++20 compiler, GCC or Clang 10 or newer (Debian: apt install g++)",
  },
  cc: {
    programs: [process.env.CC, "cc", "gcc", "clang"],
    least: [],
    get: "a C compiler (Debian: apt install gcc)",
  },
  make: { programs: ["make", "gmake"], least: [], get: "make (Debian: apt install make)" },
  python: {
    programs: [process.env.PYTHON, "python3", "python"],
    least: [3, 8],
    get: "Python 3.8 or newer, for node-gyp (Debian: apt install python3)",
  },
};

/** Needed for the vendored library, and for the addon itself. */
export const VENDOR_TOOLS = ["rust", "cmake", "cc"];
export const ADDON_TOOLS = ["cxx", "make", "python"];

/** Throws a one-line BuildError that names everything that is missing and how to get it. */
export function requireTools(names) {
  const missing = names.filter((name) => !isUsable(TOOLS[name])).map((name) => TOOLS[name].get);
  if (missing.length === 0) return;
  throw new BuildError(`Cannot build the native addon, this machine lacks: ${missing.join("; ")}.`);
}

function isUsable({ programs, least }) {
  return programs.some((program) => program && atLeast(versionOf(program), least));
}

function atLeast(version, least) {
  if (version === undefined) return false;
  const difference = least.map((part, i) => (version[i] ?? 0) - part).find((d) => d !== 0);
  return (difference ?? 0) >= 0;
}

function versionOf(program) {
  try {
    const text = execFileSync(program, ["--version"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return (/\d+(\.\d+)+/.exec(text)?.[0] ?? "0").split(".").map(Number);
  } catch {
    return undefined;
  }
}
