import { describe, expect, test } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import { parseAddress } from "../../../src/address/text.js";
import { winCount } from "../../../src/chain/rules/win-count.js";
import { verifyElectionProof, verifyTicket } from "../../../src/chain/signatures/vrf.js";
import type { BeaconEntry, BlockHeader } from "../../../src/chain/types/header.js";
import type { Cid } from "../../../src/encoding/cid.js";
import { lotusChains, openLotusChain } from "../../support/lotus-chain.js";
import { read } from "../../support/lotus-recording.js";
import { skipLoudly } from "../../support/skip.js";

interface Network {
  readonly miners: readonly { readonly actor: string; readonly owner: string }[];
}

const chains = lotusChains();
if (chains.length === 0) skipLoudly("the chains of a Lotus node: they are not on this machine");

describe.each(chains)("elections of the chain %s", (name) => {
  const { headers } = openLotusChain(name);
  const { miners } = read(name, "network.json") as Network;
  // Each owner is its own worker.
  const workers = new Map(miners.map(({ actor, owner }) => [parseAddress(actor), parseAddress(owner)]));
  const blocks = [...headers.values()].map(({ header }) => header).filter(({ height }) => height > 0);
  const headerOf = (cid: Cid | undefined) => headers.get(cid as Cid)?.header as BlockHeader;

  function beaconOf(header: BlockHeader): BeaconEntry {
    return header.beaconEntries.at(-1) ?? beaconOf(headerOf(header.parents[0]));
  }

  test("have been won with these tickets and proofs", () => {
    for (const header of blocks) {
      const input = { header, worker: workers.get(header.miner) ?? idAddress(0), beacon: beaconOf(header) };
      const parentTicket = headerOf(header.parents[0]).ticket;
      expect(verifyElectionProof(input)).toBe(true);
      expect(verifyTicket(input, parentTicket)).toBe(true);
      expect(
        verifyElectionProof({ ...input, header: { ...header, height: Number(header.height) + 1 } }),
      ).toBe(false);
      expect(verifyTicket(input, undefined)).toBe(false);
    }
  });

  test("have been won that often", () => {
    for (const { electionProof } of blocks) {
      const { vrfProof, winCount: wins } = electionProof as NonNullable<typeof electionProof>;
      // Three miners share the power.
      expect(winCount(vrfProof, 40_958n, 122_874n)).toBe(wins);
    }
    expect(new Set(blocks.map((block) => block.electionProof?.winCount)).size).toBeGreaterThan(2);
  });
});

describe("the number of wins", () => {
  test("is 15 at most, and 0 without power", () => {
    const proofs = Array.from({ length: 50 }, (_, i) => Uint8Array.of(i));
    expect(Math.max(...proofs.map((proof) => winCount(proof, 100n, 1n)))).toBeLessThanOrEqual(15);
    expect(proofs.map((proof) => winCount(proof, 0n, 1n))).toEqual(proofs.map(() => 0));
  });
});
