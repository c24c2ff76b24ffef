/** Operations of the library, as prom-client and OpenTelemetry have them. */
import { context, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import * as client from "prom-client";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { idAddress } from "../../src/address/address.js";
import { executeTipset } from "../../src/chain/execution/execute-tipset.js";
import type { Tipset } from "../../src/chain/execution/tipset.js";
import type * as Package from "../../src/index.js";
import { collectMetrics, type SpansOptions, traceSpans, type Watching } from "../../src/metrics/index.js";
import { operations } from "../../src/telemetry/operations.js";
import { Machine } from "../../src/vm/machine/machine.js";
import { keyAddress, plainMessage, plainNetwork, plainNode } from "../support/plain-network.js";

const [alice, bob] = [keyAddress(1), keyAddress(2)];
const transfer = plainMessage({ from: alice, to: bob, value: 1n });
const tipset: Tipset = {
  ...{ epoch: 10, parentEpoch: 8, timestamp: 300, baseFee: 0n },
  blocks: [{ miner: idAddress(1000), winCount: 1, messages: [{ message: transfer, rawLength: 100 }] }],
};
const watched = () =>
  Object.entries(operations).flatMap(([name, { isWatched }]) => (isWatched ? [name] : []));

/** Scripts of threads run the built package. Channels are the process's own, whoever tells. */
const built: typeof Package = await import(new URL("../../dist/index.js", import.meta.url).href);

let watching: Watching | undefined;
afterEach(() => watching?.stop());

async function machineOn(network: Awaited<ReturnType<typeof plainNetwork>>): Promise<Machine> {
  const { store, stateRoot } = network;
  return Machine.create({ network: 28, stateRoot, blockstore: store, epoch: 1 });
}

describe("metrics", () => {
  let register: client.Registry;
  beforeEach(() => {
    register = new client.Registry();
  });
  const collect = () => {
    watching = collectMetrics(client, { register });
  };
  /** The value of a line such as `name{label="x"}`. */
  const valueAt = async (line: string) => {
    const text = await register.metrics();
    return Number(
      text
        .split("\n")
        .find((found) => found.startsWith(`${line} `))
        ?.slice(line.length + 1),
    );
  };

  test("count messages, their gas and exit codes", async () => {
    collect();
    using machine = await machineOn(await plainNetwork([alice, bob]));
    const { receipt } = machine.executeSync(transfer);
    await machine.execute({ ...transfer, nonce: 9 });
    expect(await valueAt('fvm_messages_total{kind="explicit",exit_code="0"}')).toBe(1);
    expect(await valueAt('fvm_messages_total{kind="explicit",exit_code="2"}')).toBe(1);
    expect(await valueAt('fvm_gas_used_total{kind="explicit"}')).toBe(receipt.gasUsed);
    expect(await valueAt('fvm_message_seconds_count{kind="explicit"}')).toBe(2);
    expect(await valueAt('fvm_kept_bytes{name="blocks"}')).toBeGreaterThan(0);
  });

  test("count tipsets and their parts, blocks of stores, and what fails", async () => {
    const { store, stateRoot } = await plainNetwork([alice, bob]);
    collect();
    await executeTipset(plainNode(store), stateRoot, tipset);
    const aborting = new AbortController();
    const { signal } = aborting;
    setTimeout(() => aborting.abort(new Error("enough")));
    const never = { get: () => new Promise<undefined>(() => undefined), putMany: () => undefined };
    await expect(
      executeTipset(
        plainNode(never),
        "\x01\x71\xa0\xe4\x02\x20".padEnd(38, "x") as typeof stateRoot,
        tipset,
        {
          signal,
        },
      ),
    ).rejects.toThrow("enough");
    expect(await valueAt('fvm_tipset_messages_total{where="here",result="ok"}')).toBe(1);
    expect(await valueAt('fvm_null_rounds_total{where="here"}')).toBe(1);
    expect(await valueAt('fvm_epoch{where="here"}')).toBe(10);
    expect(await valueAt('fvm_phase_seconds_count{phase="messages"}')).toBe(1);
    expect(await valueAt('fvm_phase_seconds_count{phase="flush"}')).toBe(2);
    expect(await valueAt("fvm_store_written_blocks_total")).toBeGreaterThan(0);
    expect(await valueAt("fvm_store_written_bytes_total")).toBeGreaterThan(0);
    expect(await valueAt('fvm_failures_total{operation="tipset"}')).toBe(1);
  });

  test("count what workers do, and what waits for them", async () => {
    const { store, stateRoot } = await plainNetwork([alice, bob]);
    const module = new URL("../chain/fixtures/chain-node.mjs", import.meta.url);
    await using pool = await built.TipsetPool.create(module, {
      workers: 1,
      data: { blocks: [...store], network: 28 },
    });
    collect();
    const running = [1, 2, 3].map(() => pool.executeTipset(stateRoot, tipset));
    expect(await valueAt('fvm_pool_working{pool="tipset-worker"}')).toBe(1);
    expect(await valueAt('fvm_pool_waiting{pool="tipset-worker"}')).toBe(2);
    await Promise.all(running);
    expect(await valueAt('fvm_pool_working{pool="tipset-worker"}')).toBe(0);
    expect(await valueAt('fvm_pool_waiting{pool="tipset-worker"}')).toBe(0);
    expect(await valueAt('fvm_tipset_messages_total{where="worker",result="ok"}')).toBe(3);
    expect(await register.metrics()).toMatch(
      /^fvm_task_seconds_count\{pool="tipset-worker",thread="\d+"\} 3$/m,
    );
  });

  test("are of nobody's concern once they are stopped", async () => {
    collect();
    expect(watched()).toEqual(Object.keys(operations));
    watching?.stop();
    expect(watched()).toEqual([]);
    expect(register.getMetricsAsArray()).toEqual([]);
  });

  test("need a client", () => {
    expect(() => collectMetrics({} as typeof client)).toThrow(/INVALID_OPTION .*client\.Counter/s);
  });
});

describe("spans", () => {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const tracer = provider.getTracer("test");
  beforeEach(() => {
    exporter.reset();
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  });
  afterEach(() => context.disable());
  const api = { context, trace, SpanStatusCode };
  const begin = (options: SpansOptions<ReturnType<typeof context.active>> = {}) => {
    watching = traceSpans(api, { tracer, ...options });
  };
  /** Each span as `parent > name`. */
  const tree = (spans: readonly ReadableSpan[]) => {
    const nameOf = (id: string | undefined) =>
      spans.find((span) => span.spanContext().spanId === id)?.name ?? "";
    return spans.map((span) => `${nameOf(span.parentSpanContext?.spanId)} > ${span.name}`);
  };

  test("stand in each other as the work does", async () => {
    const { store, stateRoot } = await plainNetwork([alice, bob]);
    begin();
    await tracer.startActiveSpan("mine", async (span) => {
      await executeTipset(plainNode(store), stateRoot, { ...tipset, parentEpoch: 9 });
      span.end();
    });
    expect(tree(exporter.getFinishedSpans()).filter((line) => !line.endsWith("phase"))).toEqual([
      "fvm.phase > fvm.message",
      "fvm.phase > fvm.message",
      "fvm.phase > fvm.message",
      "fvm.phase > fvm.write",
      "fvm.flush > fvm.write",
      "fvm.tipset > fvm.flush",
      "mine > fvm.tipset",
      " > mine",
    ]);
  });

  test("bear facts and outcomes", async () => {
    using machine = await machineOn(await plainNetwork([alice, bob]));
    begin();
    const { receipt } = machine.executeSync(transfer);
    expect(exporter.getFinishedSpans().map(({ attributes }) => attributes)).toEqual([
      {
        "fvm.epoch": 1,
        "fvm.network": 28,
        "fvm.kind": "explicit",
        "fvm.exitCode": 0,
        "fvm.gasUsed": receipt.gasUsed,
      },
    ]);
  });

  test("say what failed", async () => {
    using machine = await machineOn(await plainNetwork([alice, bob]));
    begin();
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(machine.execute(transfer, { signal })).rejects.toThrow("enough");
    expect(exporter.getFinishedSpans().map(({ status }) => status)).toEqual([
      { code: SpanStatusCode.ERROR, message: "Error: enough" },
    ]);
  });

  test("are made of a thread's work under its task", async () => {
    const { store, stateRoot } = await plainNetwork([alice, bob]);
    const module = new URL("../chain/fixtures/chain-node.mjs", import.meta.url);
    await using pool = await built.TipsetPool.create(module, {
      workers: 1,
      data: { blocks: [...store], network: 28 },
    });
    begin();
    await pool.executeTipset(stateRoot, tipset);
    expect(tree(exporter.getFinishedSpans())).toEqual([
      "fvm.task > fvm.work",
      "fvm.tipset > fvm.task",
      " > fvm.tipset",
    ]);
  });

  test("are of the operations that were asked for", async () => {
    const { store, stateRoot } = await plainNetwork([alice, bob]);
    begin({ operations: ["tipset"] });
    expect(watched()).toEqual(["tipset"]);
    await executeTipset(plainNode(store), stateRoot, tipset);
    expect(tree(exporter.getFinishedSpans())).toEqual([" > fvm.tipset"]);
    watching?.stop();
    expect(watched()).toEqual([]);
    expect(() => begin({ operations: ["nothing" as "read"] })).toThrow(/INVALID_OPTION .*nothing/s);
  });
});
