import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { procStatus, procText } from "./proc.js";

/** Numbers of the cores that this process may use; none where the system does not tell (all but Linux). */
export function allowedCores(): number[] {
  return coreList("self")
    .split(",")
    .filter((range) => range !== "")
    .flatMap((range) => {
      const [first = 0, last = first] = range.split("-").map(Number);
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });
}

/**
 * Binds the thread of a process that has worked most to a core (with `taskset` of util-linux). Helpers of
 * V8 stay where the system puts them. Where there is no `taskset`, or no such process any more, nothing
 * happens.
 */
export function bindBusiestThread(pid: number, core: number): void {
  const busiest = threadsOf(pid).sort((a, b) => b.ticks - a.ticks)[0];
  if (busiest === undefined || coreList(`${pid}/task/${busiest.id}`) === `${core}`) return;
  spawnSync("taskset", ["-p", "-c", `${core}`, busiest.id], { stdio: "ignore" });
}

/** As `0-3,6`; empty if the system does not tell. */
function coreList(path: string): string {
  return procStatus(path, "Cpus_allowed_list") ?? "";
}

/** With the processor time that each has used. */
function threadsOf(pid: number): { readonly id: string; readonly ticks: number }[] {
  let ids: string[];
  try {
    ids = readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
  return ids.map((id) => {
    // proc(5): behind the name, which may have any character, come the third field and the rest.
    const stat = procText(`${pid}/task/${id}/stat`);
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { id, ticks: Number(fields[11]) + Number(fields[12]) };
  });
}
