/** The program as users start it, out of `dist`, which `npm test` builds. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const program = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

function fvm(...argv: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...argv], { encoding: "utf8" });
  return { status, stdout, stderr };
}

test("answers go to stdout", () => {
  const { status, stdout, stderr } = fvm("networks");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toContain("nv28");
});

test("complaints go to stderr, with an exit code", () => {
  expect(fvm("dance")).toEqual({
    status: 2,
    stdout: "",
    stderr: "fvm: there is no command dance (see fvm --help)\n",
  });
});

test("a native addon that is not there is a failure of one line", () => {
  const folder = mkdtempSync(join(tmpdir(), "fvm-package-"));
  try {
    const root = fileURLToPath(new URL("../..", import.meta.url));
    for (const name of ["package.json", "dist/cli/main.js", "dist/bundle"]) {
      cpSync(join(root, name), join(folder, name), { recursive: true });
    }
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    const command = [join(folder, "dist/cli/main.js"), "--version"];
    const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: "utf8" });
    expect({ status, stdout }).toEqual({ status: 70, stdout: "" });
    expect(stderr).toMatch(/^fvm: ADDON_NOT_FOUND .*\n$/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a reader that has seen enough is no failure", () => {
  const { status, stderr } = spawnSync(
    "sh",
    ["-c", '"$0" "$1" networks --json | head -c 1', process.execPath, program],
    {
      encoding: "utf8",
    },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

test.skipIf(!existsSync("/dev/full"))("an answer that cannot be written is a failure of one line", () => {
  const { status, stderr } = spawnSync(
    "sh",
    ["-c", '"$0" "$1" networks > /dev/full', process.execPath, program],
    {
      encoding: "utf8",
    },
  );
  expect(status).toBe(70);
  expect(stderr).toMatch(/^fvm: the answer cannot be written: ENOSPC.*\n$/);
});

test.skipIf(!existsSync("/dev/full"))("answers come also if complaints cannot be written", () => {
  const command = '"$0" "$1" networks 2> /dev/full; "$0" "$1" dance 2> /dev/full; echo $?';
  const { stdout } = spawnSync("sh", ["-c", command, process.execPath, program], { encoding: "utf8" });
  expect(stdout).toMatch(/nv28[\s\S]*\n2\n$/);
});
