import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { GatewayBlockstore, type GatewayOptions } from "../../src/blockstore/gateway/gateway-blockstore.js";
import { type Cid, cidFromParts, cidText, parseCid } from "../../src/encoding/cid.js";
import { BLAKE2B_256, DAG_CBOR, KECCAK_256, RAW, SHA2_256 } from "../../src/encoding/codecs.js";
import type { Block } from "../../src/ipld/block-access.js";
import { native } from "../../src/native/index.js";
import { cidOf } from "../support/fake-native-blocks.js";

type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;

let handle: Handler;
let requests: string[] = [];
const server = createServer((request, response) => {
  requests.push(request.url ?? "");
  handle(request, response, requests.length);
});
let base = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  requests = [];
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const data = new Uint8Array(1000).fill(5);
const block: Block = { cid: cidOf(DAG_CBOR, data), data };
const open = (options: GatewayOptions = {}, ...paths: string[]) =>
  new GatewayBlockstore(
    (paths.length === 0 ? [""] : paths).map((path) => `${base}${path}`),
    options,
  );
const pathOf = (cid: Cid, prefix = "") => `${prefix}/ipfs/${cidText(cid)}?format=raw`;
const failure = (path: string, reason: string | RegExp) => ({
  name: "FvmError",
  code: "DOWNLOAD_FAILED",
  details: {
    url: `${base}${path}`,
    reason: typeof reason === "string" ? reason : expect.stringMatching(reason),
  },
});

const status =
  (code: number, headers: Record<string, string> = {}): Handler =>
  (_, response) =>
    response.writeHead(code, headers).end("some text");
const gives =
  (bytes: Uint8Array): Handler =>
  (_, response) =>
    response.end(bytes);
/** Answers in turn, the last one again and again. */
const inTurn =
  (...handlers: Handler[]): Handler =>
  (request, response, count) =>
    handlers[Math.min(count, handlers.length) - 1]?.(request, response, count);
const quick = { timeoutMs: 400 };

test("asks for a raw block by CID", async () => {
  handle = (request, response) => {
    expect(request.headers.accept).toBe("application/vnd.ipld.raw");
    expect(request.headers.authorization).toBe("Bearer x");
    response.end(data);
  };
  for (const path of ["", "/", "/some/prefix", "/some/prefix/"]) {
    const store = open({ headers: { authorization: "Bearer x" } }, path);
    expect(await store.get(block.cid)).toEqual(data);
    expect(requests.pop()).toBe(pathOf(block.cid, path.replace(/\/$/, "")));
  }
});

test.each([
  [SHA2_256, RAW],
  [KECCAK_256, DAG_CBOR],
  [BLAKE2B_256, RAW],
])("a block by hash %i and codec %i", async (hash, codec) => {
  const cid = cidFromParts(codec, hash, native.hash(hash, data) ?? data);
  handle = gives(data);
  expect(await open().get(cid)).toEqual(data);
});

test("an identity CID has its block with it", async () => {
  handle = status(500);
  expect(await open().get(parseCid("bafkqabkimvwgy3y"))).toEqual(new Uint8Array(Buffer.from("Hello")));
  expect(requests).toEqual([]);
});

test.each([404, 410])("status %i: there is no such block", async (code) => {
  handle = status(code);
  expect(await open().get(block.cid)).toBeUndefined();
  expect(requests).toHaveLength(1);
});

test("nothing can be put", () => {
  expect(() => open().putMany()).toThrow(
    expect.objectContaining({
      code: "STORE_READ_ONLY",
      details: { operation: "putMany", store: `${base}/` },
    }),
  );
});

describe("failures that pass are tried again", () => {
  test.each<[string, Handler]>([
    ["status 429", status(429)],
    ["status 503", status(503)],
    ["a connection that is closed", (request) => request.socket.destroy()],
    [
      "a body that ends early",
      (_, response) =>
        void response.writeHead(200, { "content-length": "1000" }).write("x", () => response.destroy()),
    ],
    ["silence", () => {}],
    ["a body that stops", (_, response) => void response.write(data.subarray(0, 10))],
  ])("%s", async (_, fails) => {
    handle = inTurn(fails, fails, gives(data));
    expect(await open(quick).get(block.cid)).toEqual(data);
    expect(requests).toHaveLength(3);
  });

  test("after as long as the gateway asks for", async () => {
    handle = inTurn(status(429, { "retry-after": "1" }), gives(data));
    const begin = performance.now();
    expect(await open().get(block.cid)).toEqual(data);
    // Timers may be a millisecond early.
    expect(performance.now() - begin).toBeGreaterThan(990);
  });

  test.each<[string, Handler, string | RegExp]>([
    ["status 503", status(503), "status 503"],
    ["silence", () => {}, "no answer within 400 ms"],
    ["a connection that is closed", (request) => request.socket.destroy(), /^fetch failed: /],
  ])("but not for ever: %s", async (_, fails, reason) => {
    handle = fails;
    await expect(open({ ...quick, attempts: 2 }).get(block.cid)).rejects.toMatchObject(
      failure(pathOf(block.cid), reason),
    );
    expect(requests).toHaveLength(2);
  });

  test("a server that is not there", async () => {
    const store = new GatewayBlockstore("http://127.0.0.1:1", { attempts: 1 });
    await expect(store.get(block.cid)).rejects.toMatchObject({ code: "DOWNLOAD_FAILED" });
  });
});

describe("failures that stay are told at once", () => {
  test.each<[string, Handler, string]>([
    ["status 400", status(400), "status 400"],
    ["status 403", status(403), "status 403"],
    ["other bytes", gives(data.with(0, 6)), "the bytes are not the block's"],
    ["fewer bytes", gives(data.subarray(1)), "the bytes are not the block's"],
    ["no bytes", gives(new Uint8Array(0)), "the bytes are not the block's"],
    ["a page", status(200), "the bytes are not the block's"],
  ])("%s", async (_, fails, reason) => {
    handle = fails;
    await expect(open().get(block.cid)).rejects.toMatchObject(failure(pathOf(block.cid), reason));
    expect(requests).toHaveLength(1);
  });

  test("a block whose hash nobody here knows", async () => {
    handle = gives(data);
    const cid = cidFromParts(RAW, 0x1013, new Uint8Array(32));
    await expect(open().get(cid)).rejects.toMatchObject(failure(pathOf(cid), "a CID with an unknown hash"));
  });

  test("an answer without end, whatever its header says", async () => {
    let sent = 0;
    handle = (_, response) => {
      const send = (): void => {
        while (!response.destroyed && response.write(data)) sent += data.length;
        if (!response.destroyed) response.once("drain", send);
      };
      send();
    };
    await expect(open({ maxBlockBytes: 5000 }).get(block.cid)).rejects.toMatchObject(
      failure(pathOf(block.cid), "more than 5000 bytes"),
    );
    expect(sent).toBeLessThan(50 * 2 ** 20);
  });
});

describe("several gateways", () => {
  const byPath =
    (handlers: Record<string, Handler>): Handler =>
    (request, response, count) =>
      Object.entries(handlers).find(([path]) => request.url?.startsWith(path))?.[1](request, response, count);
  const asked = () => requests.map((url) => url.slice(0, 2)).join(" ");

  test.each<[string, Record<string, Handler>, string]>([
    ["the first has it", { "/a": gives(data), "/b": gives(data) }, "/a"],
    ["the second has it", { "/a": status(404), "/b": gives(data) }, "/a /b"],
    ["the first gives other bytes", { "/a": gives(data.subarray(1)), "/b": gives(data) }, "/a /b"],
    ["the first fails", { "/a": status(500), "/b": gives(data) }, "/a /b"],
    [
      "the second has it at the second attempt",
      { "/a": status(404), "/b": inTurn(status(500), status(500), gives(data)) },
      "/a /b /b",
    ],
  ])("%s", async (_, handlers, order) => {
    handle = byPath(handlers);
    expect(await open({}, "/a", "/b").get(block.cid)).toEqual(data);
    expect(asked()).toBe(order);
  });

  test("a block is absent only if all say so", async () => {
    handle = byPath({ "/a": status(404), "/b": status(410) });
    expect(await open({}, "/a", "/b").get(block.cid)).toBeUndefined();
    handle = byPath({ "/a": status(403), "/b": status(404) });
    await expect(open({}, "/a", "/b").get(block.cid)).rejects.toMatchObject(
      failure(pathOf(block.cid, "/a"), "status 403"),
    );
  });
});

test("so many requests at a time", async () => {
  let running = 0;
  let most = 0;
  handle = (_, response) => {
    most = Math.max(most, ++running);
    setTimeout(() => {
      running--;
      response.end(data);
    }, 5);
  };
  const store = open({ concurrency: 3 });
  const found = await Promise.all(Array.from({ length: 20 }, () => store.get(block.cid)));
  expect(found).toEqual(Array(20).fill(data));
  expect(most).toBe(3);
});

describe("a signal ends", () => {
  const reason = new Error("given up");
  test.each<[string, Handler]>([
    ["a request", () => {}],
    ["the reading of a body", (_, response) => void response.write("x")],
    ["the wait before another attempt", status(503, { "retry-after": "20" })],
  ])("%s", async (_, handler) => {
    handle = handler;
    const controller = new AbortController();
    const read = open().get(block.cid, { signal: controller.signal });
    setTimeout(() => controller.abort(reason), 50);
    await expect(read).rejects.toBe(reason);
  });

  test("the wait for others, who go on", async () => {
    const responses: ServerResponse[] = [];
    handle = (_, response) => void responses.push(response);
    const store = open({ concurrency: 1 });
    const controller = new AbortController();
    const first = store.get(block.cid);
    const second = store.get(block.cid, { signal: controller.signal });
    const third = store.get(block.cid);
    while (responses.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    handle = gives(data);
    controller.abort(reason);
    await expect(second).rejects.toBe(reason);
    responses[0]?.end(data);
    expect(await Promise.all([first, third])).toEqual([data, data]);
  });

  test("nothing if it was aborted before", async () => {
    await expect(open().get(block.cid, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(requests).toEqual([]);
  });
});

test.each<[unknown, object?]>([
  [[]],
  ["not a URL"],
  ["ftp://example.com"],
  [5],
  [["http://example.com", undefined]],
  ["http://example.com", { attempts: 0 }],
  ["http://example.com", { timeoutMs: 0 }],
  ["http://example.com", { concurrency: 1.5 }],
  ["http://example.com", { retries: 1 }],
])("refused: %o %o", (gateways, options) => {
  expect(() => new GatewayBlockstore(gateways as string, options as object)).toThrow(
    expect.objectContaining({ code: "INVALID_OPTION" }),
  );
});
