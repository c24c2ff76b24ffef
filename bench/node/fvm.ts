import { packageFolder, program } from "../places.js";
import { type Peer, peerAt, startedWith } from "./peer.js";

/** `fvm node` on a free port, once it answers. Throws `BenchError` if it ends before. */
export async function startFvm(...args: string[]): Promise<Peer> {
  const command = [process.execPath, program, "node", "--quiet", "--port", "0", ...args] as const;
  const { child, match } = await startedWith([...command], packageFolder, /^listening on (\S+)$/m);
  return peerAt(match[1] as string, child);
}
