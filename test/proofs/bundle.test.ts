/** Bundles of claims on a chain of real actors: made, checked, and broken in each way. */
import { beforeAll, describe, expect, test } from "vitest";
import { idAddress } from "../../src/address/address.js";
import { storageSlots } from "../../src/builtin/evm/index.js";
import { readEvmState } from "../../src/builtin/evm/state.js";
import type { DevnetChain } from "../../src/chain/devnet/devnet-chain.js";
import { DevnetTraffic } from "../../src/chain/devnet/traffic/devnet-traffic.js";
import { USUAL_MIX } from "../../src/chain/devnet/traffic/mix.js";
import { readEvents, readReceipts } from "../../src/chain/execution/read-receipts.js";
import { selectionsOf } from "../../src/chain/execution/selections.js";
import { type ChainTipset, firstHeader } from "../../src/chain/history/chain-tipset.js";
import { chainNode } from "../../src/chain/node/chain-node.js";
import { executableTipset } from "../../src/chain/node/execute-chain-tipset.js";
import { messageCid, signedMessageCid } from "../../src/chain/types/signed-message.js";
import { type Cid, cidText } from "../../src/encoding/cid.js";
import { isFvmError } from "../../src/errors.js";
import type { FinalityState } from "../../src/finality/verify.js";
import { onState } from "../../src/inspect/state/inspected-state.js";
import { retryingInside } from "../../src/ipld/retrying.js";
import { type Bundle, decodeBundle, encodeBundle } from "../../src/proofs/bundle.js";
import type { Claim, ClaimQuestion } from "../../src/proofs/claims.js";
import { type ProofSource, proveClaims } from "../../src/proofs/prove.js";
import { verifyBundle } from "../../src/proofs/verify-bundle.js";
import { acceptProofs } from "../../src/vm/proofs/verifier.js";
import { devnetVersions, makeDevnet } from "../support/devnet.js";
import { TestSigners } from "../support/finality.js";
import { skipLoudly } from "../support/skip.js";

const isDevnet = devnetVersions([28]).length > 0;
if (!isDevnet) skipLoudly("bundles of proofs: the builtin actors are not on this machine");

/** A contract with something in its storage. */
interface FoundContract {
  readonly id: number | bigint;
  readonly slot: bigint;
  readonly value: bigint;
}

describe.skipIf(!isDevnet)("a bundle", () => {
  let devnet: DevnetChain;
  let tipsets: ChainTipset[];
  let source: ProofSource;
  let trusted: FinalityState;
  let contract: FoundContract;

  const epochOf = (place: number) => (tipsets.at(place) as ChainTipset).epoch;
  const rules = () => ({ network: devnet.network, proofs: acceptProofs });
  const prove = (...questions: ClaimQuestion[]) => proveClaims(source, questions);
  const verdictsOf = async (bytes: Uint8Array) => {
    const { claims } = await verifyBundle(bytes, trusted, rules());
    return claims.map(({ fault }) => fault);
  };

  beforeAll(async () => {
    devnet = await makeDevnet();
    const traffic = new DevnetTraffic(devnet, { seed: "p", messages: 12, mix: USUAL_MIX, nullRounds: 30 });
    tipsets = [devnet.head];
    for (let i = 0; i < 8; i++) tipsets.push(await traffic.mine());
    const signers = new TestSigners(4);
    trusted = signers.state;
    const certificates = [signers.certify(tipsets.slice(3, 6)), signers.certify(tipsets.slice(6))];
    source = { blockstore: devnet.blockstore, trusted, certificates, ...rules() };
    contract = await contractIn(devnet, firstHeader(tipsets.at(-1) as ChainTipset).parentStateRoot);
  });

  test("tells of actors, by ID and by address, and of those who are not there", async () => {
    const { address } = devnet.accounts[0] as { address: ReturnType<typeof idAddress> };
    const epoch = epochOf(-1);
    const bytes = await prove(
      { kind: "actor", epoch, address },
      { kind: "actor", epoch, address: idAddress(1) },
      { kind: "actor", epoch, address: idAddress(999_999) },
    );
    const { isValid, claims } = await verifyBundle(bytes, trusted);
    expect(isValid).toBe(true);
    const [account, init, nobody] = claims.map(({ claim }) => claim as Extract<Claim, { kind: "actor" }>);
    expect(account?.actor?.balance).toBeGreaterThan(0n);
    expect(init?.actor?.id).toBe(1);
    expect(nobody?.actor).toBeUndefined();
  });

  test("tells of slots, also of empty ones", async () => {
    const question = { kind: "storage", epoch: epochOf(-1), address: idAddress(contract.id) } as const;
    const bytes = await prove({ ...question, slot: contract.slot }, { ...question, slot: 12_345n });
    const { isValid, claims } = await verifyBundle(bytes, trusted);
    expect(isValid).toBe(true);
    const values = claims.map(({ claim }) => (claim.kind === "storage" ? claim.contract.value : undefined));
    expect(values).toEqual([contract.value, 0n]);
  });

  test("tells of receipts, events and messages as the chain has them", async () => {
    const [parents, child] = tipsets.slice(-3, -1) as [ChainTipset, ChainTipset];
    const receipts = await readReceipts(devnet.blockstore, firstHeader(child).parentMessageReceipts);
    const index = receipts.findIndex(({ eventsRoot }) => eventsRoot !== undefined);
    expect(index).toBeGreaterThanOrEqual(0);
    const events = await readEvents(devnet.blockstore, receipts[index]?.eventsRoot as Cid);
    const messages = await executedIn(devnet, parents);
    expect(messages.length).toBe(receipts.length);
    const epoch = child.epoch;
    const bytes = await prove(
      ...messages.map((message) => ({ kind: "message", epoch, message }) as const),
      { kind: "receipt", epoch, index },
      { kind: "event", epoch, index, event: 0 },
    );
    const { isValid, claims } = await verifyBundle(bytes, trusted);
    expect(isValid).toBe(true);
    expect(claims.map(({ claim }) => claim)).toEqual([
      ...messages.map((message, i) => ({ kind: "message", epoch, message, index: i, receipt: receipts[i] })),
      { kind: "receipt", epoch, index, receipt: receipts[index] },
      { kind: "event", epoch, index, event: 0, content: events[0] },
    ]);
  });

  test("tells of what is below the first final tipset, by headers", async () => {
    const bytes = await prove({ kind: "actor", epoch: epochOf(1), address: idAddress(1) });
    expect(await verdictsOf(bytes)).toEqual([undefined]);
  });

  test("is not made of what is not final, not there, or no contract", async () => {
    const questions: [ClaimQuestion, string][] = [
      [{ kind: "actor", epoch: epochOf(-1) + 1, address: idAddress(1) }, "tipset"],
      [{ kind: "receipt", epoch: epochOf(-1), index: 9_999 }, "receipts"],
      [{ kind: "storage", epoch: epochOf(-1), address: idAddress(1), slot: 0n }, "contract"],
      [{ kind: "storage", epoch: epochOf(-1), address: idAddress(77_777), slot: 0n }, "actor"],
    ];
    for (const [question, link] of questions) {
      await expect(prove(question)).rejects.toMatchObject({ code: "NO_PROOF", details: { link } });
    }
  });

  test("of an execution is its witness", async () => {
    const bytes = await prove({ kind: "execution", epoch: epochOf(-1) });
    const { isValid, claims } = await verifyBundle(bytes, trusted, rules());
    expect({ isValid, claims }).toMatchObject({
      isValid: true,
      claims: [
        {
          claim: { outcome: { newState: firstHeader(tipsets.at(-1) as ChainTipset).parentStateRoot } },
        },
      ],
    });
    expect((await verifyBundle(bytes, trusted)).claims[0]?.fault?.link).toBe("execution");
    const bundle = decodeBundle(bytes);
    for (const [i, { cid }] of bundle.blocks.entries()) {
      if (i % 10 > 0) continue;
      const [fault] = await verdictsOf(without(bundle, cid));
      expect(fault?.missing).toBe(cidText(cid));
    }
  });

  describe("is refused", () => {
    let bytes: Uint8Array;
    let bundle: Bundle;

    beforeAll(async () => {
      const epoch = epochOf(-1);
      bytes = await prove(
        { kind: "storage", epoch, address: idAddress(contract.id), slot: contract.slot },
        { kind: "receipt", epoch, index: 0 },
      );
      bundle = decodeBundle(bytes);
    });

    test("with any single byte changed", async () => {
      for (let place = 0; place < bytes.length; place++) {
        const changed = bytes.slice();
        changed[place] = (changed[place] as number) ^ (1 << (place % 8));
        const isValid = await verifyBundle(changed, trusted).then(
          (found) => found.isValid,
          (error: unknown) => isFvmError(error, "INVALID_PROOF") && "refused",
        );
        // Another codec in a CID is another CID, whose block is missing under its own.
        expect(isValid === "refused" || isValid === false, `byte ${place}`).toBe(true);
      }
    });

    test("without any of its blocks, which is named", async () => {
      for (const { cid } of bundle.blocks) {
        const faults = await verdictsOf(without(bundle, cid));
        expect(faults.map((fault) => fault?.missing)).toContain(cidText(cid));
      }
    });

    test("with other answers", async () => {
      const [storage, receipt] = bundle.claims as [
        Extract<Claim, { kind: "storage" }>,
        Extract<Claim, { kind: "receipt" }>,
      ];
      const wrong: Claim[] = [
        { ...storage, contract: { ...storage.contract, value: storage.contract.value + 1n } },
        { ...receipt, receipt: { ...receipt.receipt, exitCode: receipt.receipt.exitCode + 1 } },
      ];
      const faults = await verdictsOf(encodeBundle({ ...bundle, claims: wrong }));
      expect(faults.map((fault) => fault?.link)).toEqual(["answer", "answer"]);
    });

    test("with blocks that nothing needs, or twice the same", async () => {
      const stranger = { ...(await strangeBlock(devnet)) };
      const more = encodeBundle({ ...bundle, blocks: [...bundle.blocks, stranger] });
      await expect(verifyBundle(more, trusted)).rejects.toThrow(/no claim needs block/);
      const [first] = bundle.blocks as [Bundle["blocks"][number]];
      const twice = encodeBundle({ ...bundle, blocks: [...bundle.blocks, first] });
      await expect(verifyBundle(twice, trusted)).rejects.toThrow(/is there twice/);
    });

    test("for another network, instance or table", async () => {
      const other = new TestSigners(4, "other").state;
      await expect(verifyBundle(bytes, { ...trusted, network: "other" })).rejects.toThrow(/of network/);
      await expect(verifyBundle(bytes, { ...trusted, nextInstance: 1 })).rejects.toThrow(
        /INVALID_CERTIFICATE/,
      );
      await expect(verifyBundle(bytes, { ...trusted, table: other.table })).rejects.toThrow(
        /INVALID_CERTIFICATE/,
      );
      const renamed = encodeBundle({ ...bundle, network: "other" });
      await expect(verifyBundle(renamed, { ...trusted, network: "other" })).rejects.toThrow(/signature/);
    });
  });
});

function without(bundle: Bundle, cid: Cid): Uint8Array {
  return encodeBundle({ ...bundle, blocks: bundle.blocks.filter((block) => block.cid !== cid) });
}

async function strangeBlock(devnet: DevnetChain) {
  const cid = firstHeader(devnet.head).messages;
  return { cid, data: (await devnet.blockstore.get(cid)) as Uint8Array };
}

/** CIDs of the messages of a tipset that its execution counts. */
async function executedIn({ chain, network }: DevnetChain, tipset: ChainTipset): Promise<Cid[]> {
  const node = chainNode({ network, chain, proofs: acceptProofs });
  const executable = await executableTipset(chain, tipset);
  const selections = await selectionsOf(node, firstHeader(tipset).parentStateRoot, executable);
  const lists = await chain.messages(tipset);
  return selections.flatMap((places, i) => {
    const { bls = [], secp = [] } = lists[i] ?? {};
    const cids = [...bls.map(messageCid), ...secp.map(signedMessageCid)];
    return places.map((place) => cids[place] as Cid);
  });
}

async function contractIn({ blockstore }: DevnetChain, root: Cid): Promise<FoundContract> {
  return onState(
    blockstore,
    { root, network: 28 },
    function* ({ view, blocks, actors }) {
      const evm = actors.codeOf("evm");
      for (let id = 100; id < 3_000; id++) {
        const actor = yield* retryingInside(() => view.getActor(id));
        if (actor?.code !== evm || actor === undefined) continue;
        const [first] = yield* retryingInside(() => [
          ...storageSlots(blocks, readEvmState(blocks, actor.state, actors.version)),
        ]);
        if (first !== undefined) return { id, slot: first[0], value: first[1] };
      }
      throw new Error("no contract has anything in its storage");
    },
    {},
  );
}
