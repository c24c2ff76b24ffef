/** Foundry's anvil as a peer: the program that npm has, as `npm run test:clients` installs it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { BenchError } from "../bench-error.js";
import { packageFolder } from "../places.js";
import { type Peer, peerAt } from "./peer.js";

const architectures: Partial<Record<NodeJS.Architecture, string>> = { x64: "amd64", arm64: "arm64" };

/** The binary itself: its wrapper in JavaScript takes longer to start. */
const anvil = join(
  packageFolder,
  ...["test", "clients", "node_modules", "@foundry-rs"],
  ...[`anvil-${process.platform}-${architectures[process.arch]}`, "bin", "anvil"],
);

/**
 * Anvil on a free port, once it answers: automining, without its log. `undefined` where it is not installed.
 * Throws `BenchError` if it ends before it answers.
 */
export async function startAnvil(...args: string[]): Promise<Peer | undefined> {
  if (!existsSync(anvil)) return undefined;
  const port = await freePort();
  const child = spawn(anvil, ["--silent", "--port", String(port), ...args], { stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  return peerAt(url, child);
}

/** With `--silent` anvil does not say which port it has taken. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new BenchError("no free port");
  return address.port;
}
