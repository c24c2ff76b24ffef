/** Devnets whose beacon signs its entries, validated. */
import { expect, test } from "vitest";
import type { DevnetChain } from "../../../src/chain/devnet/devnet-chain.js";
import { readChainNetwork } from "../../../src/chain/networks/network-file.js";
import { beaconRoundAt } from "../../../src/chain/rules/beacon-round.js";
import { OwnBeacon } from "../../../src/chain/signatures/own-beacon.js";
import { validateChain } from "../../../src/chain/sync/validate-chain.js";
import { devnetVersions, makeDevnet } from "../../support/devnet.js";
import { skipLoudly } from "../../support/skip.js";

if (devnetVersions([28]).length === 0) skipLoudly("devnets with a beacon: no bundle v18 of mainnet");
else {
  const validated = (devnet: DevnetChain) => {
    const network = readChainNetwork(JSON.parse(JSON.stringify(devnet.networkFile)));
    const { chain, node, head } = devnet;
    return validateChain({ chain, network, node, head }, { from: 0 });
  };

  test("a chain is valid, with the rounds of its null rounds", async () => {
    const chain = await makeDevnet({ beacon: "quicknet" });
    await chain.mine();
    const parent = chain.head;
    const tipset = await chain.mine({ nullRounds: 3 });
    await chain.mine();
    expect(chain.network.beacons[0].beacon).toMatchObject({ kind: "drand", name: "devnet", period: 3 });
    const epochs = Array.from({ length: tipset.epoch - parent.epoch }, (_, i) => parent.epoch + 1 + i);
    expect(epochs.length).toBeGreaterThanOrEqual(4);
    expect(tipset.headers[0]?.beaconEntries.map(({ round }) => round)).toEqual(
      epochs.map((epoch) => beaconRoundAt(chain.network, epoch)),
    );
    expect(await validated(chain)).toMatchObject({ ok: true, tipsets: 4 });
  });

  test("entries of another key are found, also those of null rounds", async () => {
    const chain = await makeDevnet({ beacon: "quicknet" });
    await chain.mine();
    const other = OwnBeacon.fromSeed("another", chain.network);
    await chain.mine({
      nullRounds: 2,
      edit: ({ beaconEntries: [first, ...rest], ...header }) => ({
        ...header,
        beaconEntries: [other.entry(first?.round ?? 0), ...rest],
      }),
    });
    const { ok, difference } = await validated(chain);
    expect(ok).toBe(false);
    expect(
      JSON.stringify(difference, (_, value) => (typeof value === "bigint" ? String(value) : value)),
    ).toMatch(/BEACON.*entry of round \d+ is not the beacon's/);
  });
}
