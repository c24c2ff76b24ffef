/** Examples, run in a folder of their own, where packages are as in a project of somebody who has installed them. */
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(fileURLToPath(new URL("../../", import.meta.url)));
const clients = join(root, "test", "clients");

/** Where packages of examples are found. */
const packageFolders: Readonly<Record<string, string>> = {
  "fvm-node": root,
  vitest: join(root, "node_modules", "vitest"),
};

/** Runs node in a folder that has a copy of the example. Rejects with what it wrote if it fails; its standard output. */
export async function runExample(
  path: string,
  packages: readonly string[],
  args: readonly string[],
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "fvm-example-"));
  try {
    cpSync(join(root, "examples", path), join(folder, path), { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    for (const name of ["fvm-node", ...packages]) {
      const link = join(folder, "node_modules", name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(packageFolders[name] ?? join(clients, "node_modules", name), link);
    }
    return await new Promise((resolve, reject) => {
      execFile(process.execPath, args, { cwd: folder }, (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`${error.message}\n${stdout}\n${stderr}`));
      });
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
