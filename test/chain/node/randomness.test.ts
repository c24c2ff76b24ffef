import { beforeAll, describe, expect, test } from "vitest";
import { Chain } from "../../../src/chain/history/chain.js";
import { type ChainTipset, firstHeader } from "../../../src/chain/history/chain-tipset.js";
import type { ChainNetwork } from "../../../src/chain/networks/networks.js";
import { ChainExterns } from "../../../src/chain/node/chain-externs.js";
import { ElectionStates } from "../../../src/chain/rules/election-states.js";
import { tipsetCid } from "../../../src/chain/types/tipset-key.js";
import { parseCid } from "../../../src/encoding/cid.js";
import { native } from "../../../src/native/index.js";
import { executableLotusChains, type LotusNode, openLotusNode } from "../../support/lotus-node.js";
import { answers } from "../../support/lotus-recording.js";
import { skipLoudly } from "../../support/skip.js";

const names = executableLotusChains();
if (names.length === 0) skipLoudly("randomness of a Lotus node's chains: they are not on this machine");

type Key = readonly { readonly "/": string }[];
type Drawn = readonly [tag: number, epoch: number, entropy: string, tipset: Key];

function externsOf({ network, chain }: LotusNode, tipset: readonly string[] | ChainTipset["key"], epoch = 0) {
  const sources = { network, chain, states: new ElectionStates(chain.blockstore, {}), options: {} };
  return new ChainExterns(sources, { epoch, tipset: tipset as ChainTipset["key"], stateRoot: parseCid(ANY) });
}

const ANY = "bafy2bzacebc3bt6cedhoyw34drrmjvazhu4oj25er2ebk4u445pzycvq4ta4a";

/** As `DrawRandomness` of the node's interface makes it of a digest. */
function drawn(digest: Uint8Array, [tag, epoch, entropy]: Drawn): string {
  const numbers = Buffer.alloc(8);
  numbers.writeBigInt64BE(BigInt(tag));
  const epochs = Buffer.alloc(8);
  epochs.writeBigInt64BE(BigInt(epoch));
  const text = Buffer.concat([numbers, digest, epochs, Buffer.from(entropy, "base64")]);
  return Buffer.from(native.blake2b(text, 32)).toString("base64");
}

describe.each(names.filter((name) => name !== "nv28-debug"))("the node of %s answers", (name) => {
  let lotus: LotusNode;
  beforeAll(async () => {
    lotus = await openLotusNode(name);
  });

  test.each([
    ["StateGetRandomnessFromTickets", "getChainRandomness"],
    ["StateGetRandomnessFromBeacon", "getBeaconRandomness"],
  ] as const)("%s", async (method, question) => {
    const asked = answers<Drawn, string>(name, `Filecoin.${method}`);
    for (const { params, result } of asked) {
      const externs = externsOf(
        lotus,
        params[3].map((cid) => parseCid(cid["/"])),
      );
      const digest = await externs[question](params[1]);
      expect(digest && drawn(digest, params), `epoch ${params[1]}`).toBe(result);
    }
    expect(asked.filter(({ result }) => result !== undefined).length).toBeGreaterThan(2);
  });

  test("StateGetBeaconEntry", async () => {
    const head = lotus.tipsets.at(-1) as ChainTipset;
    let count = 0;
    for (const { params, result } of answers<[number], { readonly Data: string }>(
      name,
      "Filecoin.StateGetBeaconEntry",
    )) {
      if (params[0] > head.epoch) continue;
      const digest = await externsOf(lotus, head.key).getBeaconRandomness(params[0]);
      const expected = result && Buffer.from(native.blake2b(Buffer.from(result.Data, "base64"), 32));
      expect(digest && Buffer.from(digest), `epoch ${params[0]}`).toEqual(expected);
      count++;
    }
    expect(count).toBeGreaterThan(2);
  });
});

describe.each(names)("the chain %s", (name) => {
  let lotus: LotusNode;
  beforeAll(async () => {
    lotus = await openLotusNode(name);
  });

  test("names its tipsets, after null rounds the one before", async () => {
    const { tipsets } = lotus;
    const head = tipsets.at(-1) as ChainTipset;
    const externs = externsOf(lotus, head.key);
    for (let epoch = 0; epoch <= head.epoch; epoch += 3) {
      const tipset = tipsets.findLast((one) => one.epoch <= epoch) as ChainTipset;
      expect(await externs.getTipsetCid(epoch)).toBe(tipsetCid(tipset.key));
    }
    expect(await externs.getTipsetCid(-5)).toBe(tipsetCid((tipsets[0] as ChainTipset).key));
    expect(await externs.getTipsetCid(head.epoch + 1)).toBeUndefined();
    expect(await externs.getTipsetCid(2n ** 62n)).toBeUndefined();
  });

  test("knows nothing after the tipset that asks", async () => {
    const { tipsets } = lotus;
    const middle = tipsets[40] as ChainTipset;
    const externs = externsOf(lotus, middle.key);
    const ticket = firstHeader(middle).ticket as Uint8Array;
    expect(await externs.getChainRandomness(middle.epoch)).toEqual(native.blake2b(ticket, 32));
    expect(await externs.getChainRandomness(middle.epoch + 1)).toBeUndefined();
    expect(await externs.getBeaconRandomness(middle.epoch + 1)).toBeUndefined();
    expect(await externs.getBeaconRandomness(2n ** 60n)).toBeUndefined();
  });

  test("has the ticket of a null round from the tipset after it, before network version 13 from that before", async () => {
    const { tipsets, chain, network } = lotus;
    const after = tipsets.find(({ epoch }, i) => i > 0 && epoch - (tipsets[i - 1] as ChainTipset).epoch > 1);
    const [above, below] = [
      after as ChainTipset,
      tipsets[tipsets.indexOf(after as ChainTipset) - 1] as ChainTipset,
    ];
    const epoch = above.epoch - 1;
    const head = tipsets.at(-1) as ChainTipset;
    const ask = async (version: number) => {
      const older: ChainNetwork = { ...network, upgrades: [], genesisVersion: version };
      const externs = externsOf({ network: older, chain: new Chain(chain.blockstore), tipsets }, head.key);
      return [await externs.getChainRandomness(epoch), await externs.getBeaconRandomness(epoch)];
    };
    const ticket = (tipset: ChainTipset) => native.blake2b(firstHeader(tipset).ticket as Uint8Array, 32);
    const entry = (tipset: ChainTipset, at: number) =>
      native.blake2b(firstHeader(tipset).beaconEntries.at(at)?.data as Uint8Array, 32);
    // The mock beacon has an entry for each epoch, the null rounds' in the block after them.
    expect(await ask(28)).toEqual([ticket(above), entry(above, -2)]);
    expect(await ask(14)).toEqual([ticket(above), entry(above, -2)]);
    expect(await ask(13)).toEqual([ticket(above), entry(above, -1)]);
    expect(await ask(12)).toEqual([ticket(below), entry(below, -1)]);
  });
});

test("what has no tipset cannot ask", async () => {
  const sources = { network: {}, chain: new Chain({ get: () => undefined, putMany: () => undefined }) };
  const externs = new ChainExterns(sources as never, {
    epoch: 7,
    tipset: undefined,
    stateRoot: parseCid(ANY),
  });
  await expect(externs.getTipsetCid(5)).rejects.toThrow(/INVALID_TIPSET.*no key/);
});
