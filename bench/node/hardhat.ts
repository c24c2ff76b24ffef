/** Hardhat's own network as a peer: `hardhat node`, as `npm run test:clients` installs it with a Node that runs it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "../places.js";
import { ask, type Peer, peerAt, startedWith } from "./peer.js";

const clients = join(packageFolder, "test", "clients");
const project = join(clients, "hardhat");
const hardhatsNode = join(clients, "node_modules", "node", "bin", "node");
const program = join(project, "node_modules", "hardhat", "dist", "src", "cli.js");

/**
 * Hardhat's network on a free port, once it answers: automining, without its log. `undefined` where it is not
 * installed. Throws `BenchError` if it ends before it answers.
 */
export async function startHardhat(...args: string[]): Promise<Peer | undefined> {
  if (!existsSync(program) || !existsSync(hardhatsNode)) return undefined;
  const command = [program, "node", "--hostname", "127.0.0.1", "--port", "0", ...args];
  const { child, match } = await startedWith(
    [hardhatsNode, ...command],
    project,
    /JSON-RPC server at (http:\/\/[\w.:]+)/,
  );
  const peer = await peerAt(match[1] as string, child);
  // It writes some lines for each request otherwise.
  await ask(peer.url, "hardhat_setLoggingEnabled", false);
  return peer;
}
