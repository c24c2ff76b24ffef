import { readFileSync } from "node:fs";

/** What Linux tells of a process or a thread in a file under /proc; empty if it does not, or no longer. */
export function procText(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, "utf8");
  } catch {
    return "";
  }
}

/** A line of a status file, without its name; `undefined` as above. @param path below /proc */
export function procStatus(path: string, name: string): string | undefined {
  const start = `${name}:`;
  const line = procText(`${path}/status`)
    .split("\n")
    .find((candidate) => candidate.startsWith(start));
  return line?.slice(start.length).trim();
}
