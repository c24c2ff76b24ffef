import { beforeAll, describe, expect, test } from "vitest";
import { type Address, delegatedAddress, idAddress } from "../../../src/address/address.js";
import { formatAddress } from "../../../src/address/text.js";
import { exportedMethodNumber } from "../../../src/builtin/frc42.js";
import type { SigningKey } from "../../../src/chain/signatures/keys.js";
import { signMessage } from "../../../src/chain/signatures/sign.js";
import type { BlockHeader } from "../../../src/chain/types/header.js";
import { type SignedMessage, signedMessageCid } from "../../../src/chain/types/signed-message.js";
import { cidText } from "../../../src/encoding/cid.js";
import { FvmError } from "../../../src/errors.js";
import { onState } from "../../../src/inspect/state/inspected-state.js";
import { retryingInside } from "../../../src/ipld/retrying.js";
import type { Message } from "../../../src/message/message.js";
import { transactionOf } from "../../../src/node/chain/message-names.js";
import { MessagePool } from "../../../src/node/pool/message-pool.js";
import { devnetVersions, makeDevnet } from "../../support/devnet.js";
import { DevnetPoolChain } from "../../support/pool-chain.js";
import { skipLoudly } from "../../support/skip.js";

const FIL = 10n ** 18n;
const LIMIT = 10_000_000;
const CAP = 10n ** 9n;

/** The texts of a refusal; fails if there is none. */
async function refusalOf(pushed: Promise<unknown>): Promise<{ rule: string; lotus: string; geth: string }> {
  const error = await pushed.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof FvmError) || error.code !== "MESSAGE_REFUSED") throw error ?? new Error("let in");
  return error.details as { rule: string; lotus: string; geth: string };
}

if (devnetVersions([28]).length === 0) skipLoudly("message pools: no bundle v18 of mainnet");
else {
  let chain: DevnetPoolChain;
  let secp: SigningKey;
  let bls: SigningKey;
  let eth: SigningKey;

  beforeAll(async () => {
    chain = new DevnetPoolChain(await makeDevnet());
    await chain.devnet.mine();
    const of = (type: string) => chain.devnet.accounts.find((key) => key.type === type) as SigningKey;
    [secp, bls, eth] = [of("secp256k1"), of("bls"), of("delegated")];
  });

  const message = (from: Address, fields: Partial<Message> = {}): Message => ({
    version: 0,
    to: idAddress(1000),
    from,
    nonce: 0,
    value: 1n,
    gasLimit: LIMIT,
    gasFeeCap: CAP,
    gasPremium: 0n,
    method: 0,
    params: new Uint8Array(),
    ...fields,
  });
  const hashOf = (signed: SignedMessage): string => transactionOf(signed, chain.network.chainId).hash;
  const signed = (key: SigningKey, fields: Partial<Message> = {}): SignedMessage =>
    signMessage(
      message(key.address, key.type === "delegated" ? { method: 3844450837, ...fields } : fields),
      key,
      {
        chainId: chain.network.chainId,
      },
    );
  const select = (pool: MessagePool) => pool.select({ baseFee: 100n });
  const nonces = (messages: readonly SignedMessage[]) => messages.map(({ message: { nonce } }) => nonce);

  describe("nonces", () => {
    test("a gap keeps what comes after it waiting, until it is filled", async () => {
      const pool = new MessagePool(chain);
      for (const nonce of [2, 0, 100_000]) await pool.push(signed(secp, { nonce }));
      expect(nonces(await select(pool))).toEqual([0]);
      expect(await pool.nextNonce(secp.address)).toBe(1);
      await pool.push(signed(secp, { nonce: 1 }));
      expect(nonces(await select(pool))).toEqual([0, 1, 2]);
      expect(await pool.nextNonce(secp.address)).toBe(3);
      expect(nonces(pool.pending(secp.address))).toEqual([0, 1, 2, 100_000]);
      const { ready, waiting } = await pool.sorted(100n);
      expect([nonces(ready), nonces(waiting)]).toEqual([[0, 1, 2], [100_000]]);
    });

    test("those of the head count, also of an f0 address", async () => {
      const devnet = new DevnetPoolChain(await makeDevnet());
      await devnet.devnet.mine({ messages: [signed(secp), signed(secp, { nonce: 1 })] });
      const pool = new MessagePool(devnet);
      expect(await pool.nextNonce(secp.address)).toBe(2);
      const { genesis } = devnet.devnet;
      const at = { root: (genesis.headers[0] as BlockHeader).parentStateRoot, network: 28 };
      const id = await onState(
        devnet.chain.blockstore,
        at,
        function* ({ view }) {
          return yield* retryingInside(() => view.resolveAddress(secp.address));
        },
        {},
      );
      expect(await pool.nextNonce(idAddress(id as number))).toBe(2);
      expect((await refusalOf(pool.push(signed(secp)))).lotus).toBe(
        "minimum expected nonce is 2, got 0: message nonce too low",
      );
      await pool.push(signed(secp, { nonce: 2 }));
      expect(await pool.nextNonce(secp.address)).toBe(3);
    });

    test("nobody's address has none", async () => {
      const nobody = delegatedAddress(10, new Uint8Array(20).fill(7));
      const text = formatAddress(nobody, "t");
      await expect(new MessagePool(chain).nextNonce(nobody)).rejects.toMatchObject({
        code: "ACTOR_NOT_FOUND",
        details: { lotus: `resolution lookup failed (${text}): resolve address ${text}: actor not found` },
      });
      await expect(new MessagePool(chain).nextNonce(idAddress(9999))).rejects.toMatchObject({
        code: "ACTOR_NOT_FOUND",
        details: { lotus: "actor not found" },
      });
      await expect(new MessagePool(chain).nextNonce(idAddress(0))).rejects.toMatchObject({
        details: { reason: "ID address not found in lookback state" },
      });
    });
  });

  describe("replacement", () => {
    test("needs a tenth more, and takes the place", async () => {
      const pool = new MessagePool(chain);
      const first = signed(eth, { gasPremium: 1000n });
      await pool.push(first);
      expect(await refusalOf(pool.push(first))).toMatchObject({ rule: "known", geth: "already known" });
      const low = await refusalOf(pool.push(signed(eth, { gasPremium: 1100n })));
      expect(low.geth).toMatch(/^replacement transaction underpriced/);
      expect(low.lotus).toMatch(
        /with nonce 0 already in mpool, increase GasPremium to 1101 from 1100 to trigger replace by fee: replace by fee has too low GasPremium$/,
      );
      const better = signed(eth, { gasPremium: 1101n, value: 2n });
      await pool.push(better);
      expect(pool.pending()).toEqual([better]);
      expect(pool.get(signedMessageCid(first))).toBeUndefined();
      expect(pool.size).toBe(1);
    });
  });

  describe("replacement where clients of Ethereum are served", () => {
    const pushed = async (...fees: [gasFeeCap: bigint, gasPremium: bigint][]) => {
      const pool = new MessagePool(chain);
      for (const [i, [gasFeeCap, gasPremium]] of fees.entries())
        await pool.push(signed(eth, { gasFeeCap, gasPremium, value: BigInt(i) }));
      return pool.pending().map(({ message: { value } }) => value);
    };

    test("a cap that is a tenth higher replaces, where the premium is, too, or both are 0", async () => {
      expect(await pushed([1000n, 0n], [1100n, 0n])).toEqual([1n]);
      expect(await pushed([1000n, 100n], [1100n, 110n])).toEqual([1n]);
      expect((await refusalOf(pushed([1000n, 0n], [1099n, 0n]))).rule).toBe("underpriced");
      expect((await refusalOf(pushed([1000n, 100n], [2000n, 109n]))).rule).toBe("underpriced");
    });

    test("not as Lotus", async () => {
      const pool = new MessagePool(chain, { asLotus: true });
      await pool.push(signed(eth, { gasFeeCap: 1000n }));
      expect((await refusalOf(pool.push(signed(eth, { gasFeeCap: 2000n })))).rule).toBe("underpriced");
      await pool.push(signed(eth, { gasFeeCap: 2000n, gasPremium: 1n }));
    });
  });

  describe("refusals", () => {
    const cases: readonly [rule: string, fields: Partial<Message>, lotus: RegExp, geth: RegExp][] = [
      [
        "malformed",
        { gasLimit: 2e10 },
        /^message not valid for block inclusion: 'GasLimit' field cannot be greater than a block's gas limit \(20000000000 > 10000000000\)$/,
        /block's gas limit/,
      ],
      ["malformed", { gasPremium: CAP + 1n }, /'GasFeeCap' less than 'GasPremium'$/, /'GasFeeCap' less/],
      ["valueTooHigh", { value: 2_000_000_000n * FIL }, /more filecoin than will ever exist$/, /ever exist/],
      ["feeCapTooLow", { gasFeeCap: 99n }, /^gas fee cap too low$/, /^transaction underpriced/],
      [
        "notIncluded",
        { gasLimit: 1000 },
        /^verify msg failed: message will not be included in a block: 'GasLimit' field cannot be less than the cost of storing a message on chain 1000 < \d+$/,
        /^intrinsic gas too low: gas limit 1000, .*--skip-simulation/,
      ],
      [
        "funds",
        { gasLimit: 1e10, gasFeeCap: FIL },
        /^failed to check balance: not enough funds \(required: 10000000000 FIL, balance: [\d.]+ FIL\): not enough funds to execute transaction$/,
        /^insufficient funds for gas \* price \+ value: balance \d+, tx cost \d+, overshot \d+$/,
      ],
    ];
    test.each(cases)("%s %#", async (rule, fields, lotus, geth) => {
      const refusal = await refusalOf(new MessagePool(chain).push(signed(secp, fields)));
      expect(refusal.rule).toBe(rule);
      expect(refusal.lotus).toMatch(lotus);
      expect(refusal.geth).toMatch(geth);
    });

    test("a gas limit below what inclusion costs, unless only Lotus's rules count", async () => {
      const low = signed(secp, { gasLimit: 600_000 });
      const refusal = await refusalOf(new MessagePool(chain).push(low));
      expect(refusal).toMatchObject({ rule: "inclusionCost" });
      expect(refusal.geth).toMatch(/minimum needed \d+; .*forge script: --skip-simulation/);
      const cid = await new MessagePool(chain, { asLotus: true }).push(low);
      expect(cidText(cid)).toBe(cidText(signedMessageCid(low)));
    });

    test("another's signature, unless nobody's is asked for", async () => {
      const forged = { ...signed(secp), message: message(eth.address) };
      const pool = new MessagePool(chain);
      expect(await refusalOf(pool.push(forged))).toMatchObject({ rule: "signature" });
      await pool.push(forged, "account");
      expect(pool.size).toBe(1);
    });

    test("another's signature, also of what came as another transaction", async () => {
      const call = { to: eth.address, method: exportedMethodNumber("InvokeEVM") };
      const { signature } = signed(eth, call);
      const forged = { signature, message: message(eth.address, { ...call, nonce: 1 }) };
      const other = hashOf(signed(eth, call));
      expect(await refusalOf(new MessagePool(chain).push(forged, "sender", other))).toMatchObject({
        rule: "signature",
      });
    });

    test("too large", async () => {
      const refusal = await refusalOf(
        new MessagePool(chain).push(signed(secp, { params: new Uint8Array(70_000), gasLimit: 1e9 })),
      );
      expect(refusal.lotus).toMatch(/^mpool message too large \(70\d\d\dB\): message too big$/);
    });

    test("a recipient with an f4 address that is none of Ethereum", async () => {
      const to = delegatedAddress(10, new Uint8Array(21));
      const { lotus } = await refusalOf(new MessagePool(chain).push(signed(secp, { to })));
      expect(lotus).toBe(
        `message recipient ${formatAddress(to, "t")} is a delegated address but not a valid Eth Address`,
      );
    });

    test("a sender that is no account; one that there is not", async () => {
      const pool = new MessagePool(chain);
      const ofMiner = { ...signed(secp), message: message(idAddress(4)) };
      expect((await refusalOf(pool.push(ofMiner, "account"))).rule).toBe("notSender");
      const nobody = delegatedAddress(10, new Uint8Array(20).fill(7));
      const ofNobody = { ...signed(secp), message: message(nobody) };
      const { rule, lotus } = await refusalOf(pool.push(ofNobody, "account"));
      expect(rule).toBe("noSender");
      expect(lotus).toMatch(
        /^failed to look up actor state nonce: resolution lookup failed .*actor not found: validation failure$/,
      );
    });

    test("more than the sender has, with what is pending", async () => {
      const pool = new MessagePool(chain);
      const dear = { gasLimit: 1e9, gasFeeCap: 6n * 10n ** 13n };
      await pool.push(signed(eth, dear));
      const { rule, geth } = await refusalOf(pool.push(signed(eth, { ...dear, nonce: 1 })));
      expect(rule).toBe("fundsWithPending");
      expect(geth).toMatch(/^insufficient funds/);
    });

    test("more than the limits", async () => {
      const pool = new MessagePool(chain, { limits: { ofSender: 2, all: 3 } });
      for (const nonce of [0, 1]) await pool.push(signed(secp, { nonce }));
      expect((await refusalOf(pool.push(signed(secp, { nonce: 2 })))).rule).toBe("tooMany");
      await pool.push(signed(bls));
      expect((await refusalOf(pool.push(signed(eth)))).geth).toMatch(/^txpool is full/);
      await pool.push(signed(bls, { gasPremium: 1n }));
    });
  });

  describe("selection", () => {
    test("the best premium first, each sender's in their order, others as they came", async () => {
      const pool = new MessagePool(chain);
      await pool.push(signed(secp, { nonce: 0, gasPremium: 1n }));
      await pool.push(signed(secp, { nonce: 1, gasPremium: 500n }));
      await pool.push(signed(bls, { gasPremium: 1n }));
      await pool.push(signed(eth, { gasPremium: 100n }));
      const chosen = await select(pool);
      expect(chosen.map(({ signature: { type }, message: { nonce } }) => [type, nonce])).toEqual([
        ["delegated", 0],
        ["secp256k1", 0],
        ["secp256k1", 1],
        ["bls", 0],
      ]);
    });

    test("a fee cap below the base fee waits, and so does what is after it; a block has room for so much", async () => {
      const pool = new MessagePool(chain);
      await pool.push(signed(secp, { nonce: 0, gasFeeCap: 150n }));
      await pool.push(signed(secp, { nonce: 1 }));
      await pool.push(signed(eth, { nonce: 0 }));
      await pool.push(signed(eth, { nonce: 1 }));
      expect((await pool.select({ baseFee: 151n })).map(({ signature }) => signature.type)).toEqual(
        Array(2).fill("delegated"),
      );
      expect(await pool.select({ baseFee: 100n, gasLimit: 3 * LIMIT })).toHaveLength(3);
    });
  });

  describe("changes of the head", () => {
    test("what a tipset takes is gone, and is back when it is reverted", async () => {
      const devnet = new DevnetPoolChain(await makeDevnet());
      const pool = new MessagePool(devnet);
      pool.follow(devnet);
      const messages = [signed(bls), signed(secp), signed(eth)];
      for (const each of messages) await pool.push(each);
      const before = devnet.head;
      const tipset = await devnet.devnet.mine({ messages });
      devnet.tell({ apply: [tipset] });
      expect(await select(pool)).toEqual([]);
      expect(pool.size).toBe(0);
      expect(await pool.nextNonce(secp.address)).toBe(1);
      devnet.devnet.rewind(before);
      devnet.tell({ revert: [tipset] });
      expect(await pool.nextNonce(secp.address)).toBe(1);
      expect(new Set(await select(pool))).toEqual(new Set(messages));
    });

    test("a message that another one with its nonce outruns is gone", async () => {
      const devnet = new DevnetPoolChain(await makeDevnet());
      const pool = new MessagePool(devnet);
      pool.follow(devnet);
      await pool.push(signed(secp));
      const tipset = await devnet.devnet.mine({ messages: [signed(secp, { value: 3n })] });
      devnet.tell({ apply: [tipset] });
      await pool.nextNonce(secp.address);
      expect(pool.size).toBe(0);
    });

    test("a head whose messages are missing fails the next operation, not the pool", async () => {
      const pool = new MessagePool(chain);
      const broken = new DevnetPoolChain(chain.devnet);
      broken.messages = () => Promise.reject(new Error("missing"));
      pool.follow(broken);
      broken.tell({ apply: [chain.head] });
      await new Promise(setImmediate);
      await expect(pool.push(signed(secp))).rejects.toThrow("missing");
      await pool.push(signed(secp));
    });
  });

  test("a snapshot brings back what waited, removed or not", async () => {
    const pool = new MessagePool(chain);
    const kept = signed(secp);
    await pool.push(kept);
    const snapshot = await pool.snapshot();
    await pool.push(signed(bls));
    expect(pool.remove(signedMessageCid(kept))).toBe(true);
    expect(pool.remove(signedMessageCid(kept))).toBe(false);
    await pool.restore(snapshot);
    expect(pool.pending()).toEqual([kept]);
    expect(pool.get(signedMessageCid(kept))).toBe(kept);
    pool.clear();
    await pool.restore(snapshot);
    expect(pool.size).toBe(1);
    // Nothing is copied as long as nothing changes.
    expect(await pool.snapshot()).toBe(snapshot);
    await pool.push(signed(bls));
    expect(await pool.snapshot()).not.toBe(snapshot);
    await pool.restore(snapshot);
    expect(pool.pending()).toEqual([kept]);
  });

  test("listeners hear of what is let in, until they do not want to", async () => {
    const pool = new MessagePool(chain);
    const heard: SignedMessage[] = [];
    const stop = pool.onAdd(({ signed: added }) => heard.push(added));
    const messages = [signed(secp), signed(bls)];
    await Promise.all(messages.map((each) => pool.push(each)));
    stop();
    await pool.push(signed(eth));
    expect(heard).toEqual(messages);
  });
}
