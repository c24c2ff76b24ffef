import { readFileSync } from "node:fs";

/** Names of features in Linux's list, by what the addon uses them for. */
const FEATURES: Readonly<Record<string, readonly string[]>> = {
  "Keccak on AVX-512": ["avx512f", "avx512vl"],
  "SHA-256 instructions": ["sha_ni"],
  "BLS on ADX": ["adx", "bmi2"],
  "protection keys": ["ospke"],
};

/** Whether what the addon has a use for is there and used. Undefined where the system does not tell. */
export function processorFeatures(): Readonly<Record<string, boolean>> | undefined {
  const flags = listedFlags();
  if (flags === undefined) return undefined;
  const isOff = process.env.FVM_PROTECTION_KEYS === "0";
  const used = Object.entries(FEATURES).map(([name, needed]) => [
    name,
    needed.every((flag) => flags.has(flag)) && !(name === "protection keys" && isOff),
  ]);
  return Object.fromEntries(used);
}

function listedFlags(): ReadonlySet<string> | undefined {
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  const line = /^flags\s*:\s*(.+)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1];
  return line === undefined ? undefined : new Set(line.split(" "));
}
