/** `eth_call` and gas estimates of a recorded Lotus node. */
import { decode, encode } from "@ipld/dag-cbor";
import { beforeAll, describe, expect, test } from "vitest";
import { idAddress } from "../../src/address/address.js";
import { parseAddress } from "../../src/address/text.js";
import { readBlocks } from "../../src/blockstore/access.js";
import type { Blockstore } from "../../src/blockstore/blocks.js";
import { type EthAddress, ethToFilecoin } from "../../src/builtin/evm/eth-address.js";
import type { BlockHeader } from "../../src/chain/types/header.js";
import { readBlockMessages } from "../../src/chain/types/message-meta.js";
import { tipsetCid } from "../../src/chain/types/tipset-key.js";
import { type Cid, parseCid } from "../../src/encoding/cid.js";
import { isFvmError } from "../../src/errors.js";
import type { Message } from "../../src/message/message.js";
import { native } from "../../src/native/index.js";
import type { SimulatedMessage } from "../../src/simulate/message.js";
import { ZERO_ADDRESS } from "../../src/simulate/message.js";
import { Simulator, type SimulatorOptions } from "../../src/simulate/simulator.js";
import { openBundle } from "../../src/tools/bundles/bundle.js";
import type { Externs } from "../../src/vm/externs/externs.js";
import { Machine } from "../../src/vm/machine/machine.js";
import { Method } from "../support/evm/evm-chain.js";
import { openLotusChain } from "../support/lotus-chain.js";
import { answers, read, recordings } from "../support/lotus-recording.js";
import { skipLoudly } from "../support/skip.js";
import { bundleFile } from "../support/test-data.js";

interface EthCall {
  readonly from?: EthAddress;
  readonly to?: EthAddress | null;
  readonly value?: string;
  readonly data?: string;
  readonly input?: string;
}

interface LotusMessage {
  readonly From: string;
  readonly To: string;
  readonly Nonce: number;
  readonly Value: string;
  readonly GasLimit: number;
  readonly GasFeeCap: string;
  readonly GasPremium: string;
  readonly Method: number;
  readonly Params: string | null;
}

interface Block {
  readonly cid: Cid;
  readonly header: BlockHeader;
}
/** Blocks of a tipset. */
type Blocks = readonly [Block, ...Block[]];

/** Rounds of the beacon before epoch 0. */
const FIRST_ROUND = 100;
const CREATE_EXTERNAL = 4;
/** Some of the messages use all the gas of a block. */
const LONG = { timeout: 300_000 };
const BUNDLE = "v18/builtin-actors-testing-fake-proofs.car";

const bundle = bundleFile(BUNDLE);
const names = bundle === undefined ? [] : recordings(["nv28", "nv27-28"]);
if (names.length === 0) skipLoudly(`simulations of a Lotus node: no recording, or no bundle ${BUNDLE}`);

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.slice(2), "hex"));
}

/** Ethereum's call as Lotus makes a message of it. */
function messageOf({ from, to, value = "0x0", data, input = data ?? "0x" }: EthCall): SimulatedMessage {
  const bytes = bytesOf(input);
  const isCreation = to === undefined || to === null;
  return {
    from: from === undefined ? ZERO_ADDRESS : ethToFilecoin(from),
    to: isCreation ? idAddress(10) : ethToFilecoin(to),
    method: isCreation ? CREATE_EXTERNAL : Method.InvokeEvm,
    value: BigInt(value),
    params: bytes.length === 0 ? bytes : encode(bytes),
  };
}

function plainMessage(json: LotusMessage): SimulatedMessage {
  return {
    from: parseAddress(json.From),
    to: parseAddress(json.To),
    value: BigInt(json.Value),
    method: json.Method,
    params: Uint8Array.from(Buffer.from(json.Params ?? "", "base64")),
  };
}

describe.each(names)("the node of %s", (name) => {
  const chain = openLotusChain(name);
  const { recordedHead } = read(name, "network.json") as { recordedHead: { cids: string[] } };
  const actors = new Map(openBundle(bundle as string).blocks);
  const blockstore: Blockstore = {
    get: (cid) => chain.store.get(cid) ?? actors.get(cid),
    putMany: (blocks) => chain.store.putMany(blocks),
  };

  const blocksAt = (cids: readonly Cid[]): Blocks =>
    cids.map((cid) => ({ cid, header: chain.headers.get(cid)?.header as BlockHeader })) as never;
  const head = blocksAt(recordedHead.cids.map((text) => parseCid(text)));
  /** The tipset before, from which `latest` is answered. */
  const parents = (blocks: Blocks) => blocksAt(blocks[0].header.parents);
  const latest = parents(head);

  const externs: Externs = {
    getChainRandomness: () => undefined,
    getBeaconRandomness(epoch) {
      for (const { header } of chain.headers.values()) {
        for (const { round, data } of header.beaconEntries) {
          if (Number(round) === Number(epoch) + FIRST_ROUND) return native.blake2b(data, 32);
        }
      }
      return undefined;
    },
    getTipsetCid(epoch) {
      let blocks = latest;
      while (Number(blocks[0].header.height) > Number(epoch)) blocks = parents(blocks);
      return tipsetCid(blocks.map(({ cid }) => cid));
    },
    verifyConsensusFault: () => undefined,
  };

  /** Options of a machine at a tipset, on this state. */
  function optionsAt([{ header }]: Blocks, stateRoot: Cid): SimulatorOptions {
    const { height, timestamp } = header;
    return {
      network: 28,
      stateRoot,
      blockstore,
      epoch: Number(height),
      timestamp,
      chainId: 31415926,
      externs,
    };
  }

  /** The state after the tipset's messages, without rewards and cron, as Lotus estimates on it. */
  async function afterMessages(blocks: Blocks, pending: readonly Message[]): Promise<Cid> {
    const { parentStateRoot, parentBaseFee } = blocks[0].header;
    using machine = await Machine.create({ ...optionsAt(blocks, parentStateRoot), baseFee: parentBaseFee });
    const seen = new Set<string>();
    for (const { header } of blocks) {
      const { bls, secp } = await readBlocks(blockstore, (access) =>
        readBlockMessages(access, header.messages),
      );
      for (const message of [...bls, ...secp.map((signed) => signed.message)]) {
        const key = `${message.from} ${message.nonce}`;
        if (!seen.has(key)) await machine.execute(message);
        seen.add(key);
      }
    }
    for (const message of pending) await machine.execute(message);
    return await machine.flush();
  }

  describe("eth_call", () => {
    const simulator = new Simulator(optionsAt(latest, head[0].header.parentStateRoot));
    const asked = answers<[EthCall, unknown], string>(name, "eth_call");
    const calls = asked.filter(({ params, result, error }) => {
      const isWellFormed =
        result !== undefined || error?.message.startsWith("message execution failed") === true;
      return params[1] === "latest" && isWellFormed;
    });

    test("has the same return data, exit code and revert data", LONG, async () => {
      expect(calls.length).toBeGreaterThan(100);
      for (const { params, result, error } of calls) {
        const { receipt } = await simulator.call(messageOf(params[0]));
        const name = JSON.stringify(params[0]);
        const { data } = (error ?? {}) as { data?: string };
        if (error !== undefined) {
          const [, code] = /exit=\[(?:\w+\()?(\d+)/.exec(error.message) ?? [];
          expect(`${receipt.exitCode}`, name).toBe(code);
        } else {
          expect(receipt.exitCode, name).toBe(0);
        }
        const expected = result ?? data;
        const isCreation = (params[0].to ?? null) === null && result !== undefined;
        const returned =
          receipt.returnData.length === 0 || isCreation ? new Uint8Array() : decode(receipt.returnData);
        const bytes = returned instanceof Uint8Array ? returned : new Uint8Array();
        expect(`0x${Buffer.from(bytes).toString("hex")}`, name).toBe(expected);
      }
      console.log(`eth_call: ${calls.length} of ${asked.length} answers compared`);
    });
  });

  describe("estimates", () => {
    /** Who has messages in the pool, and simulators that stand on them. */
    let simulatorOf: (from: SimulatedMessage["from"]) => Promise<Simulator>;
    beforeAll(() => {
      const [{ result: pool = [] } = {}] = answers<unknown, { Message: LotusMessage }[]>(
        name,
        "Filecoin.MpoolPending",
      );
      const pending = pool.map(({ Message: json }) => ({
        ...(plainMessage(json) as Message),
        ...{ version: 0, nonce: json.Nonce, gasLimit: json.GasLimit },
        ...{ gasFeeCap: BigInt(json.GasFeeCap), gasPremium: BigInt(json.GasPremium) },
      }));
      const made = new Map<string, Promise<Simulator>>();
      simulatorOf = (from) => {
        const own = pending.filter((message) => message.from === from);
        const key = own.length > 0 ? `${from}` : "";
        const known =
          made.get(key) ?? afterMessages(head, own).then((root) => new Simulator(optionsAt(head, root)));
        made.set(key, known);
        return known;
      };
    });

    test("eth_estimateGas", LONG, async () => {
      const asked = answers<[EthCall, unknown?], string>(name, "eth_estimateGas");
      const found = asked.filter(
        ({ result, params }) => result !== undefined && typeof params[0] === "object",
      );
      expect(found.length).toBeGreaterThan(100);
      for (const { params, result } of found) {
        const message = messageOf(params[0]);
        const simulator = await simulatorOf(message.from);
        const { ethGasLimit } = await simulator.estimateGasLikeLotus(message);
        expect(ethGasLimit, JSON.stringify(params[0])).toBe(Number(result));
      }
      console.log(`eth_estimateGas: ${found.length} of ${asked.length} answers compared`);
    });

    test("GasEstimateGasLimit, and what fails has none", LONG, async () => {
      const asked = answers<[LotusMessage, unknown], number>(name, "Filecoin.GasEstimateGasLimit");
      let compared = 0;
      for (const { params, result, error } of asked) {
        const message = plainMessage(params[0]);
        const estimating = (await simulatorOf(message.from)).estimateGasLikeLotus(message);
        if (result !== undefined) expect((await estimating).gasUsed, params[0].To).toBe(result);
        // Lotus estimates messages of contracts for Ethereum's clients only.
        else if (
          error?.message.startsWith("message execution failed") &&
          !error.message.includes("SenderInvalid")
        ) {
          await expect(estimating).rejects.toSatisfy((reason) => isFvmError(reason, "NO_GAS_ESTIMATE"));
        } else {
          estimating.catch(() => undefined);
          continue;
        }
        compared++;
      }
      expect(compared).toBeGreaterThan(10);
    });

    test("GasEstimateMessageGas", LONG, async () => {
      const asked = answers<[LotusMessage, unknown, unknown], LotusMessage>(
        name,
        "Filecoin.GasEstimateMessageGas",
      );
      const found = asked.filter(({ result, params }) => result !== undefined && params[0].GasLimit === 0);
      expect(found.length).toBeGreaterThan(5);
      for (const { params, result } of found) {
        const message = plainMessage(params[0]);
        const { gasLimit } = await (await simulatorOf(message.from)).estimateGasLikeLotus(message);
        expect(gasLimit, params[0].To).toBe(result?.GasLimit);
      }
    });
  });
});
