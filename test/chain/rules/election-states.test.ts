import { describe, expect, test } from "vitest";
import { type Address, addressProtocol, idAddress } from "../../../src/address/address.js";
import { parseAddress } from "../../../src/address/text.js";
import { ElectionStates, type PowerClaim } from "../../../src/chain/rules/election-states.js";
import { keyAddressIn } from "../../../src/chain/rules/key-address.js";
import { onState } from "../../../src/inspect/state/inspected-state.js";
import { lotusChains, openLotusChain } from "../../support/lotus-chain.js";
import { read } from "../../support/lotus-recording.js";
import { skipLoudly } from "../../support/skip.js";

interface Network {
  readonly networkVersion: number;
  readonly miners: readonly { readonly actor: string; readonly owner: string }[];
}

const LEAST_POWER = 2048n;

const chains = lotusChains();
if (chains.length === 0) skipLoudly("the chains of a Lotus node: they are not on this machine");

describe.each(chains)("the states of the chain %s", (name) => {
  const { store, headers } = openLotusChain(name);
  const { miners, networkVersion } = read(name, "network.json") as Network;
  const [newest] = [...headers.values()];
  const at = { root: newest?.header.parentStateRoot as never, network: networkVersion };
  const states = new ElectionStates(store, {});
  const together = new ElectionStates(store, {});

  test("have miners with power and workers", async () => {
    const { qualityAdjusted, minersAboveLeast } = await states.power(at, undefined);
    const claims: PowerClaim[] = [];
    for (const { actor, owner } of miners) {
      const miner = parseAddress(actor);
      const claim = await states.claim(at, miner, undefined);
      if (claim !== undefined) claims.push(claim);
      const standing = await states.standing(at, miner, undefined);
      expect(standing).toMatchObject({ worker: parseAddress(owner), feeDebt: 0n, faultElapsed: -1 });
      expect(await together.miner(at, miner, undefined)).toEqual({
        claim,
        standing: claim === undefined ? undefined : standing,
      });
      expect(await together.claim(at, miner, undefined)).toEqual(claim);
      const { workerAddress } = standing as NonNullable<typeof standing>;
      expect(await onState(store, at, (state) => keyAddressIn(state, workerAddress), {})).toBe(
        parseAddress(owner),
      );
    }
    const enough = claims.filter(({ raw }) => raw >= LEAST_POWER);
    expect(enough.length).toBeGreaterThan(0);
    expect(enough.reduce((sum, claim) => sum + claim.qualityAdjusted, 0n)).toBe(qualityAdjusted);
    expect(Number(minersAboveLeast)).toBe(enough.length);
  });

  test("have no miner at other addresses", async () => {
    expect(await states.claim(at, idAddress(99), undefined)).toBeUndefined();
    expect(await states.standing(at, idAddress(99), undefined)).toBeUndefined();
    const none = { claim: undefined, standing: undefined };
    expect(await together.miner(at, idAddress(99), undefined)).toEqual(none);
    expect(await states.standing(at, idAddress(2n ** 60n), undefined)).toBeUndefined();
  });

  test("have keys of accounts, not of other actors", async () => {
    const keyOf = (id: number) => onState(store, at, (state) => keyAddressIn(state, idAddress(id)), {});
    expect(await keyOf(1)).toBeUndefined();
    expect(await keyOf(123_456)).toBeUndefined();
    expect([1, 3]).toContain(addressProtocol((await keyOf(100)) as Address));
  });
});
