import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ethToFilecoin } from "#src/builtin/evm/index.js";
import { MemoryDevStore } from "#src/node/dev/dev-store.js";
import { startDevChain } from "#src/node/dev/start.js";
import { writeStateFile } from "#src/node/dev/state-file.js";
import { openBundle } from "#src/tools/bundles/bundle.js";
import { bundleFolders, findBundle } from "#src/tools/bundles/folders.js";
import { pinnedManifest } from "#src/tools/bundles/pins.js";
import { NEWEST_VERSION, networkVersion } from "#src/vm/network/version.js";
import { BenchError } from "../../bench-error.js";
import { median } from "../../statistics.js";
import { Client } from "../client.js";
import { startFvm } from "../fvm.js";
import type { Measure } from "../measure.js";
import { BenchToken, SUPPLY, strangerOf } from "../token.js";

const ACCOUNTS = 100_000;
const TIMES = 200;

/** A snapshot and the return to it, with a transfer between them, of which the time is not counted. */
export const snapshots: Measure = async ({ name: node, start }) => {
  const folder = await mkdtemp(join(tmpdir(), "bench-node-"));
  try {
    const state = join(folder, "state.car");
    const isOurs = start === startFvm;
    if (isOurs) await writeCrowd(state);
    await using peer = await start(...(isOurs ? ["--state", state] : []));
    if (peer === undefined) return [];
    using client = new Client(peer.url);
    const token = await BenchToken.deploy(client);
    const transfer = token.transferTo(strangerOf(0));
    const times: number[] = [];
    for (let i = 0; i < TIMES; i++) {
      const begun = performance.now();
      const id = await client.ask("evm_snapshot");
      const taken = performance.now();
      await token.send(transfer);
      const sent = performance.now();
      const isBack = await client.ask("evm_revert", id);
      times.push(performance.now() - sent + taken - begun);
      if (isBack !== true) throw new BenchError(`${peer.url}: no return to a snapshot`);
    }
    await token.expect(token.owner, SUPPLY);
    const name = `snapshot and revert${isOurs ? `, ${ACCOUNTS.toLocaleString("en")} accounts` : ""}`;
    return [{ node, name, value: median(times), unit: "ms", better: "less" }];
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** Writes a chain with many accounts to a file, which `fvm node --state` goes on with. */
async function writeCrowd(file: string): Promise<void> {
  const name = { version: networkVersion(NEWEST_VERSION).actorsVersion, network: "mainnet" };
  const actors = openBundle(findBundle(bundleFolders(), name), pinnedManifest(name));
  const store = new MemoryDevStore();
  const { dev, record, close } = await startDevChain({ actors, store });
  const crowd = Array.from({ length: ACCOUNTS }, (_, i) => {
    const address = `0x${strangerOf(1_000_000 + i).toString(16)}` as const;
    return [ethToFilecoin(address), { balance: 1n }] as const;
  });
  await dev.edit(crowd);
  await writeStateFile(file, store.blockstore, record());
  await close();
}
