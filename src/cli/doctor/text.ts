import { table } from "../table.js";
import type { Examination } from "./examination.js";

/** For people: what is here, then what is missing and what helps. */
export function examinationText(found: Examination): string {
  const { versions, machine, addon, code, bundles, packages, memory, missing } = found;
  const features = Object.entries(machine.features ?? { "not known on this system": true });
  const here = bundles.versions.flatMap(({ actors, file }) => (file === undefined ? [] : [`v${actors}`]));
  const installed = Object.entries(packages).flatMap(([name, version]) =>
    version === undefined ? [] : [`${name} ${version}`],
  );
  const kept = memory.kept.map(({ name, bytes }) => `${name} ${mebibytes(bytes)}`);
  const objects = Object.entries(memory.native).map(([name, count]) => `${name} ${count}`);
  const rows: [string, string][] = [
    ["fvm-node", versions["fvm-node"]],
    ["Node", `${versions.node}, V8 ${versions.v8}, ${machine.platform}`],
    ["processor", `${machine.processor}, ${machine.cores} cores, ${mebibytes(machine.memory)} of memory`],
    ["uses", features.map(([name, isUsed]) => (isUsed ? name : `no ${name}`)).join(", ")],
    ["addon", `${addon.file}, ${mebibytes(addon.bytes)}`],
    ["", `Wasmtime ${versions.wasmtime}, Node-API ${versions["node-api"]}`],
    ["kept code", `${code.files} files, ${mebibytes(code.bytes)} in ${code.folder ?? "no folder"}`],
    ["bundles", `${here.join(", ") || "none"} in ${bundles.folders.join(", ") || "no folder"}`],
    ["packages", installed.join(", ") || "no optional ones"],
    ["memory kept", `${kept.join(", ")}, at most ${mebibytes(memory.maxBytes)}`],
    ["heap", `${mebibytes(memory.heap.used)} of ${mebibytes(memory.heap.limit)}`],
    ["addon's objects", objects.join(", ")],
  ];
  const lines = missing.map(({ what, neededFor, remedy }) => `  ${what}, for ${neededFor}: ${remedy}`);
  const lack = lines.length === 0 ? "Nothing is missing." : `Not here:\n${lines.join("\n")}`;
  return `${table(rows)}\n\n${lack}`;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
