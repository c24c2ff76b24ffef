/** Questions that a Lotus node was asked, asked again of a node of ours on the same chain. */
import { readdirSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { parseAddress } from "../../src/address/text.js";
import { SIGNATURE_TYPES, type SignatureType } from "../../src/chain/types/signature.js";
import type { SignedMessage } from "../../src/chain/types/signed-message.js";
import { parseCid } from "../../src/encoding/cid.js";
import { NodeChain } from "../../src/node/chain/node-chain.js";
import { TipsetTraces } from "../../src/node/chain/traced-tipset.js";
import { EthView } from "../../src/node/eth/eth-view.js";
import { Filters } from "../../src/node/eth/filters/filters.js";
import { Subscriptions } from "../../src/node/eth/filters/subscriptions.js";
import { ethMethods } from "../../src/node/methods/eth/index.js";
import { filecoinMethods } from "../../src/node/methods/filecoin/index.js";
import { traceMethods } from "../../src/node/methods/traces/index.js";
import type { Node } from "../../src/node/node.js";
import { MessagePool } from "../../src/node/pool/message-pool.js";
import { Dispatcher } from "../../src/node/rpc/dispatch.js";
import { MethodTable } from "../../src/node/rpc/table.js";
import { openLotusNode } from "./lotus-node.js";
import { answers, fileOf, read } from "./lotus-recording.js";

/** An answer: a result or an error. */
export interface RecordedAnswer {
  readonly params: readonly unknown[];
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/** A question that is answered otherwise. */
export interface Difference {
  readonly params: readonly unknown[];
  readonly expected: unknown;
  readonly found: unknown;
}

const methods = [...ethMethods, ...filecoinMethods, ...traceMethods];
const table = new MethodTable(methods, true);
/** Methods that Lotus does not have: ours must not have them either. */
const UNKNOWN = /^(anvil|debug|evm|hardhat|net|rpc|txpool|web3)_/;

/** Methods that were asked, by name, as far as they are ours to answer. */
export function askedMethods(recording: string): string[] {
  return readdirSync(fileOf(recording, "rpc"))
    .map((file) => file.replace(/\.json(\.gz)?$/, ""))
    .filter((name) => table.find("v1", name) !== undefined || UNKNOWN.test(name));
}

/**
 * A node on the recorded chain, with the head that it had when it was asked.
 *
 * @param lotus false: it answers as it does by default
 */
export async function lotusNode(recording: string, lotus = true): Promise<Dispatcher<Node>> {
  const { network, chain } = await openLotusNode(recording);
  const { recordedHead, client } = read(recording, "network.json") as {
    readonly recordedHead: { readonly cids: readonly string[] };
    readonly client: string;
  };
  const { blockstore } = chain;
  const nodeChain = await NodeChain.open({ network, blockstore, head: recordedHead.cids.map(parseCid) });
  const pool = new MessagePool(nodeChain, { asLotus: lotus });
  const settings = { lotus, clientVersion: client };
  const eth = new EthView(nodeChain, pool, settings);
  for (const signed of pendingMessages(recording)) await pool.push(signed);
  const node: Node = {
    chain: nodeChain,
    pool,
    eth,
    settings,
    traces: new TipsetTraces(nodeChain),
    filters: new Filters(eth, settings),
    subscriptions: new Subscriptions(eth, settings),
  };
  return new Dispatcher({ node, table: lotus ? table : new MethodTable(methods, lotus), lotus });
}

/** What waited in the node's pool. */
function pendingMessages(recording: string): SignedMessage[] {
  const [answer] = answers(recording, "Filecoin.MpoolPending") as { result: readonly PendingJson[] }[];
  return (answer?.result ?? []).map(({ Message: message, Signature: { Type, Data } }) => {
    const [type] = Object.entries(SIGNATURE_TYPES).find(([, byte]) => byte === Type) ?? [];
    if (type === undefined) throw new Error(`signature type ${Type}`);
    return {
      message: {
        version: message.Version,
        to: parseAddress(message.To),
        from: parseAddress(message.From),
        nonce: message.Nonce,
        value: BigInt(message.Value),
        gasLimit: message.GasLimit,
        gasFeeCap: BigInt(message.GasFeeCap),
        gasPremium: BigInt(message.GasPremium),
        method: message.Method,
        params: Buffer.from(message.Params ?? "", "base64"),
      },
      signature: { type: type as SignatureType, data: Buffer.from(Data, "base64") },
    };
  });
}

interface PendingJson {
  readonly Message: {
    readonly Version: number;
    readonly To: string;
    readonly From: string;
    readonly Nonce: number;
    readonly Value: string;
    readonly GasLimit: number;
    readonly GasFeeCap: string;
    readonly GasPremium: string;
    readonly Method: number;
    readonly Params: string | null;
  };
  readonly Signature: { readonly Type: number; readonly Data: string };
}

/** Asks all that was asked of a method. `count`: of questions. */
export async function differences(
  node: Dispatcher<Node>,
  recording: string,
  method: string,
): Promise<{ readonly count: number; readonly found: Difference[] }> {
  const asked = answers(recording, method) as RecordedAnswer[];
  const found: Difference[] = [];
  for (const { params, ...expected } of asked) {
    const answer = untimed(await answerOf(node, method, params));
    if (!isDeepStrictEqual(answer, expected)) found.push({ params, expected, found: answer });
  }
  return { count: asked.length, found };
}

async function answerOf(node: Dispatcher<Node>, method: string, params: readonly unknown[]) {
  const caller = { version: "v1", signal: new AbortController().signal } as const;
  const { text } = await node.answerOne({ id: 1, jsonrpc: "2.0", method, params }, caller);
  const { id: _id, jsonrpc: _version, ...answer } = JSON.parse(text) as Record<string, unknown>;
  return answer;
}

/** Times that a machine took, which recordings leave out. */
const TIMES: ReadonlySet<string> = new Set(["tt", "Duration"]);

function untimed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(untimed);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).filter(([name]) => !TIMES.has(name));
  return Object.fromEntries(fields.map(([name, field]) => [name, untimed(field)]));
}
