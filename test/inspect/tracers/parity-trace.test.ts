/** Lotus's own `trace_*` answers, from Lotus's own execution traces of the same messages. */
import { describe, expect, test } from "vitest";
import { parseAddress } from "../../../src/address/text.js";
import { parseCid } from "../../../src/encoding/cid.js";
import { type ParityTrace, parityOutput, parityTrace } from "../../../src/inspect/tracers/parity-trace.js";
import type { Message } from "../../../src/message/message.js";
import type { LotusTrace } from "../../../src/vm/trace/lotus-trace.js";
import type { MessageTrace } from "../../../src/vm/trace/trace.js";
import { fromLotusTrace } from "../../support/from-lotus-trace.js";
import { answers, read, recordings } from "../../support/lotus-recording.js";
import { skipLoudly } from "../../support/skip.js";

type Link = { readonly "/": string };
interface Replay {
  readonly MsgCid: Link;
  readonly Msg: { readonly From: string };
  readonly ExecutionTrace: LotusTrace;
}
interface Network {
  readonly actors: Readonly<Record<string, { readonly codes: { readonly evm: string } }>>;
}
/** An entry with the fields of its block. */
type BlockEntry = ParityTrace & { readonly transactionHash: string };
interface ReplayedTransaction {
  readonly transactionHash: string;
  readonly output: string;
  readonly trace: readonly ParityTrace[] | null;
}

const names = recordings(["nv28", "nv27-28"]);
if (names.length === 0) skipLoudly("Lotus's traces: there are no recordings of it beside the vectors");

describe.each(names)("%s", (name) => {
  const replays = answers<unknown, Replay>(name, "Filecoin.StateReplay").flatMap(
    ({ result }) => result ?? [],
  );
  const hashes = new Map(
    answers<[Link], string>(name, "Filecoin.EthGetTransactionHashByCid").map(({ params: [cid], result }) => [
      cid["/"],
      result,
    ]),
  );
  const { actors } = read(name, "network.json") as Network;
  const evmCodes = Object.values(actors).map(({ codes }) => codes.evm);
  const ours = new Map(
    replays.map((replay) => [hashes.get(replay.MsgCid["/"]), parityTrace(traced(replay, evmCodes))]),
  );

  test("trace_transaction", () => {
    const asked = answers<[string], BlockEntry[]>(name, "trace_transaction");
    const found = asked.filter(({ result }) => result !== undefined && result.length > 0);
    expect(found.length).toBeGreaterThan(400);
    for (const { params, result } of found) {
      expect(ours.get(params[0]), params[0]).toEqual(result?.map(withoutBlock));
    }
  });

  test("trace_replayBlockTransactions", () => {
    const blocks = answers<unknown, ReplayedTransaction[]>(name, "trace_replayBlockTransactions");
    const messages = blocks.flatMap(({ result }) => result ?? []);
    expect(messages.length).toBeGreaterThan(400);
    for (const { transactionHash, output, trace } of messages) {
      const entries = ours.get(transactionHash);
      expect(entries, transactionHash).toEqual(trace ?? []);
      expect(parityOutput(entries ?? [])).toBe(output);
    }
  });
});

function traced({ Msg, ExecutionTrace }: Replay, evmCodes: readonly string[]): MessageTrace {
  const message = { from: parseAddress(Msg.From) } as Message;
  const call = ExecutionTrace.Msg.From === "<empty>" ? undefined : fromLotusTrace(ExecutionTrace);
  const text = JSON.stringify(ExecutionTrace);
  const evm = evmCodes.find((code) => text.includes(code));
  const builtins = evm === undefined ? [] : [["evm", parseCid(evm)] as const];
  return { networkVersion: 28, epoch: 1, builtins, message, call };
}

function withoutBlock(entry: BlockEntry): ParityTrace {
  const { blockHash, blockNumber, transactionHash, transactionPosition, ...rest } = entry as BlockEntry &
    Readonly<Record<"blockHash" | "blockNumber" | "transactionPosition", unknown>>;
  return rest;
}
