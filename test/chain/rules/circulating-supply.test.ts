import { expect, test } from "vitest";
import { readChainNetwork } from "../../../src/chain/networks/network-file.js";
import { networkVersionAt } from "../../../src/chain/networks/upgrades.js";
import { circulatingSupply } from "../../../src/chain/rules/circulating-supply.js";
import { cidText } from "../../../src/encoding/cid.js";
import { openLotusChain } from "../../support/lotus-chain.js";
import { answers, read, recordings } from "../../support/lotus-recording.js";
import { skipLoudly } from "../../support/skip.js";

interface LotusSupply {
  readonly FilVested: string;
  readonly FilMined: string;
  readonly FilBurnt: string;
  readonly FilLocked: string;
  readonly FilCirculating: string;
  readonly FilReserveDisbursed: string;
}

const names = recordings(["nv28", "nv27-28"]);
if (names.length === 0) skipLoudly("a Lotus node's supply: it is not on this machine");

test.each(names)("the supply of each tipset as the node of %s tells it", async (name) => {
  const { headers, store } = openLotusChain(name);
  const network = readChainNetwork(read(name, "network.json"));
  const byText = new Map([...headers].map(([cid, { header }]) => [cidText(cid), header]));
  const asked = answers<[{ "/": string }[]], LotusSupply>(name, "Filecoin.StateVMCirculatingSupplyInternal");
  let count = 0;
  for (const { params, result } of asked) {
    const header = byText.get(params[0][0]?.["/"] ?? "");
    if (header === undefined || result === undefined) continue;
    const epoch = Number(header.height);
    const version = networkVersionAt(network, epoch);
    const supply = await circulatingSupply(store, header.parentStateRoot, epoch, version, network.supply);
    expect(supply).toEqual({
      vested: BigInt(result.FilVested),
      mined: BigInt(result.FilMined),
      burnt: BigInt(result.FilBurnt),
      locked: BigInt(result.FilLocked),
      reserveDisbursed: BigInt(result.FilReserveDisbursed),
      circulating: BigInt(result.FilCirculating),
    });
    count++;
  }
  expect(count).toBeGreaterThan(100);
});
