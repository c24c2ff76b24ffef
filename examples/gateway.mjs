// Blocks from a gateway, kept in a folder. The gateway here is one of our own, over a store in memory.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LmdbBlockstore, MemoryBlockstore, parseCid } from "fvm-node";
import { GatewayBlockstore, LayeredBlockstore, writeBlocks } from "fvm-node/blockstore";
import { CborReader, CborWriter, multicodec } from "fvm-node/ipld";

const remote = new MemoryBlockstore();
const encoded = new CborWriter().text("from far away").finish();
const cid = await writeBlocks(remote, (blocks) => blocks.put(multicodec.DAG_CBOR, encoded));

let requests = 0;
const server = createServer(({ url }, response) => {
  requests++;
  const [, asked] = /^\/ipfs\/(\w+)\?format=raw$/.exec(url);
  const data = remote.get(parseCid(asked));
  if (data === undefined) response.writeHead(404).end();
  else response.end(data);
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));

const folder = mkdtempSync(join(tmpdir(), "fvm-example-"));
const gateway = new GatewayBlockstore(`http://127.0.0.1:${server.address().port}`, { timeoutMs: 10_000 });
const store = new LayeredBlockstore([await LmdbBlockstore.open(folder), gateway]);

// The second time the folder has it.
for (let time = 0; time < 2; time++) console.log(new CborReader(await store.get(cid)).text());
console.log(`${requests} request`);

// Also closes the folder.
await store.close();
server.close();
rmSync(folder, { recursive: true });
