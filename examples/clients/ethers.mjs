// ethers v6 on a node in this process.
import { BrowserProvider, parseEther } from "ethers";
import { startNode } from "fvm-node/node";

const node = await startNode();
// Answers are kept for a moment otherwise, and a node that mines at once looks late.
const provider = new BrowserProvider(node.provider, undefined, { cacheTimeout: -1 }); // or JsonRpcProvider(node.url, …)
const [signer, other] = await provider.listAccounts();

const sent = await signer.sendTransaction({ to: other, value: parseEther("1") });
const { status, gasUsed } = await sent.wait();
console.log(`${status === 1 ? "success" : "failure"}, ${gasUsed} gas`);
provider.destroy();
await node.close();
