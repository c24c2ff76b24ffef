/** Winning PoSts of miners of recorded chains, with keys whose secrets are known. */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Address, addressId } from "../../../src/address/address.js";
import { parseAddress } from "../../../src/address/text.js";
import { readPartitions } from "../../../src/chain/devnet/traffic/storage/deadlines.js";
import { firstHeader } from "../../../src/chain/history/chain-tipset.js";
import { networkVersionAt } from "../../../src/chain/networks/upgrades.js";
import { winningSectorIn } from "../../../src/chain/rules/winning-sector.js";
import type { ChainDifference } from "../../../src/chain/sync/difference.js";
import { differenceJson } from "../../../src/chain/sync/difference-text.js";
import { validateChain } from "../../../src/chain/sync/validate-chain.js";
import { winningPostVerifier } from "../../../src/chain/validation/winning-post.js";
import { onState, type StateAt } from "../../../src/inspect/state/inspected-state.js";
import { MAINNET_PROOFS } from "../../../src/storage-proofs/parameters.js";
import { proofVerifier } from "../../../src/storage-proofs/proof-verifier.js";
import { replicaCommitment } from "../../../src/vm/proofs/commitments.js";
import { maskedRandomness, proverId } from "../../../src/vm/proofs/input.js";
import type { Verdict } from "../../../src/vm/proofs/verifier.js";
import type { ActorId } from "../../../src/vm/state-tree/actor-state.js";
import { winningInputs } from "../../storage-proofs/sample.js";
import { SimulatedKey } from "../../storage-proofs/simulated-keys.js";
import { parametersOf } from "../../storage-proofs/vectors.js";
import { devnetVersions, makeDevnet } from "../../support/devnet.js";
import { lotusChains, openLotusChain } from "../../support/lotus-chain.js";
import { read } from "../../support/lotus-recording.js";
import { skipLoudly } from "../../support/skip.js";

const chains = lotusChains();
if (chains.length === 0) skipLoudly("winning PoSts: the chains of a Lotus node are not on this machine");

interface Network {
  readonly networkVersion: number;
  readonly miners: readonly { readonly actor: string }[];
}

/** 32 bytes that are not masked yet. */
const drawnIn = (name: string) => createHash("sha256").update(name).digest().fill(0xff, 31);

describe.each(chains)("winning PoSts on the chain %s", (name) => {
  const { store, headers } = openLotusChain(name);
  const { miners, networkVersion } = read(name, "network.json") as Network;
  const [newest] = [...headers.values()];
  const state: StateAt = { root: newest?.header.parentStateRoot as never, network: networkVersion };
  const miner = parseAddress(miners[0]?.actor ?? "");
  const id = addressId(miner) as ActorId;
  const sectorOf = (randomness: Uint8Array) =>
    onState(store, state, (opened) => winningSectorIn(opened, miner, proverId(id), randomness), {});

  test("are of a sector that is drawn from the active ones", async () => {
    const active = await onState(
      store,
      state,
      function* (opened) {
        const numbers: number[] = [];
        for (let index = 0; index < 48; index++) {
          for (const { live } of yield* readPartitions(opened, id, index)) numbers.push(...live);
        }
        return numbers.sort((a, b) => a - b);
      },
      {},
    );
    const seen = new Set<number>();
    for (let i = 0; i < 20; i++) {
      const randomness = maskedRandomness(drawnIn(`draw ${i}`));
      const hash = createHash("sha256").update(proverId(id)).update(randomness);
      const draw = hash.update(new Uint8Array(8)).digest().readBigUInt64LE();
      const expected = active[Number(draw % BigInt(active.length))];
      expect((await sectorOf(randomness))?.sectorNumber).toBe(expected);
      if (expected !== undefined) seen.add(expected);
    }
    expect(seen.size).toBeGreaterThan(1);
  });

  test("are valid with a proof of that sector, and of no other", async () => {
    const folder = mkdtempSync(join(tmpdir(), "fvm-proofs-"));
    const drawn = drawnIn("a block");
    const randomness = maskedRandomness(drawn);
    const sector = await sectorOf(randomness);
    if (sector === undefined) throw new Error("no sector");
    const size = sector.sealType % 5;
    const key = new SimulatedKey("winningPost", size, 132);
    writeFileSync(join(folder, MAINNET_PROOFS.keys.winningPost[size]?.name ?? ""), key.file());
    const proofs = proofVerifier({ folder, parameters: parametersOf(folder) });
    // Sectors of these chains are made up: their commitments are no numbers of the field.
    const verify = winningPostVerifier(store, {
      verifyWinningPost: ({ sealedCommitment, ...asked }) =>
        proofs.verifyWinningPost({ ...asked, sealedCommitment: maskedRandomness(sealedCommitment) }),
    });
    const commitment = maskedRandomness(replicaCommitment(sector.sealed) as Uint8Array);
    const number = BigInt(sector.sectorNumber);
    const nodes = size === 0 ? 2n ** 6n : 2n ** 30n;
    const verdict = (from: Uint8Array, of: bigint) => {
      const proof = key.proof(winningInputs(from, of, commitment, nodes), "post");
      return verify({ miner, proofs: [{ type: size, proof }], randomness: drawn, state, networkVersion });
    };
    expect(await verdict(randomness, number)).toBe("valid");
    expect(await verdict(randomness, number + 1n)).toBe("invalid");
    expect(await verdict(maskedRandomness(drawnIn("another block")), number)).toBe("invalid");
    rmSync(folder, { recursive: true });
  });
});

const hasActors = devnetVersions([28]).length > 0;
if (!hasActors) skipLoudly("winning PoSts of a chain: the builtin actors are not on this machine");

describe.skipIf(!hasActors)("the validation of a chain", () => {
  test("asks for the verdict on each winning PoSt", async () => {
    const devnet = await makeDevnet({ providers: 1 });
    await devnet.mine();
    const { chain, network, head, node } = devnet;
    const validated = (verdict: Verdict) =>
      validateChain({ chain, network, node, head }, { from: 0, verifyWinningPost: async () => verdict });
    expect(await validated("valid")).toMatchObject({ ok: true, unchecked: [] });
    const { ok, difference } = await validated("invalid");
    expect(ok).toBe(false);
    expect(differenceJson(difference as ChainDifference)).toMatchObject({ code: "WINNING_POST" });
  }, 300_000);

  test("finds that sectors are not active before their first window PoSt", async () => {
    const devnet = await makeDevnet({ providers: 1 });
    const [provider] = devnet.providers;
    const state = {
      root: firstHeader(devnet.head).parentStateRoot,
      network: networkVersionAt(devnet.network, devnet.head.epoch),
    };
    const verify = winningPostVerifier(devnet.chain.blockstore, { verifyWinningPost: async () => "valid" });
    const miner = provider?.address as Address;
    const post = { miner, proofs: [], randomness: drawnIn("x"), state, networkVersion: 28 };
    expect(await verify(post)).toBe("malformed");
  }, 300_000);
});
