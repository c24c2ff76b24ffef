/** The server over WebSocket: answers, notifications, channels; readers that are slow, clients that vanish. */
import { connect, type Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { post, request, type Served, serve, until } from "./fixture.js";

interface Message {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

interface Client extends AsyncDisposable {
  readonly socket: WebSocket;
  readonly messages: Message[];
  send(text: string): void;
  /** The messages, once there are so many. */
  got(count: number): Promise<Message[]>;
}

async function open(served: Served, path = "/rpc/v1"): Promise<Client> {
  const socket = new WebSocket(served.url.replace("http", "ws") + path);
  const messages: Message[] = [];
  socket.on("message", (data) => messages.push(JSON.parse(data.toString())));
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  return {
    socket,
    messages,
    send: (text) => socket.send(text),
    got: async (count) => {
      await until(() => messages.length >= count);
      return messages;
    },
    [Symbol.asyncDispose]: async () => socket.terminate(),
  };
}

/** A WebSocket that says what it is told to and never reads. */
async function openDeaf(served: Served, ...texts: string[]): Promise<Socket> {
  const socket = connect(Number(new URL(served.url).port), "127.0.0.1");
  socket.on("error", () => {});
  socket.write(
    "GET /rpc/v1 HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
  );
  await new Promise((resolve) => socket.once("data", resolve));
  socket.pause();
  for (const text of texts) {
    const bytes = Buffer.from(text);
    // Masked, as clients must, with zeros.
    const head = Buffer.from([0x81, 0x80 | 126, bytes.length >> 8, bytes.length & 0xff, 0, 0, 0, 0]);
    socket.write(Buffer.concat([head, bytes]));
  }
  return socket;
}

describe("requests", () => {
  test("answers, errors, batches", async () => {
    await using served = await serve(false);
    await using client = await open(served, "/");
    client.send(request("echo", [{ a: 1 }], "x"));
    client.send(request("refuse", [], 2));
    client.send(`[${request("eth_chainId", [], 3)},1]`);
    client.send("{");
    // An answer goes out as soon as it is there.
    const messages = await client.got(4);
    expect(messages).toHaveLength(4);
    expect(messages).toEqual(
      expect.arrayContaining([
        { jsonrpc: "2.0", id: "x", result: { a: 1 } },
        { jsonrpc: "2.0", id: 2, error: { code: 3, message: "execution reverted", data: "0x1234" } },
        expect.objectContaining({ id: null, error: expect.objectContaining({ code: -32700 }) }),
        [
          { jsonrpc: "2.0", id: 3, result: "0x1df5e76" },
          expect.objectContaining({ error: expect.objectContaining({ code: -32700 }) }),
        ],
      ]),
    );
  });

  test("with --lotus, what is no request gets no answer", async () => {
    await using served = await serve(true);
    await using client = await open(served);
    for (const text of [`[${request("eth_chainId")}]`, "{", "1", "{}", '{"method":"nope"}', '{"id":3}'])
      client.send(text);
    client.send(request("nope", [], 8));
    client.send(request("eth_chainId", [], 9));
    expect(await client.got(2)).toEqual([
      { jsonrpc: "2.0", id: 8, error: { code: -32601, message: "method 'nope' not found" } },
      { jsonrpc: "2.0", id: 9, result: "0x1df5e76" },
    ]);
  });

  test("a call that waits does not hold up others; xrpc.cancel ends it", async () => {
    await using served = await serve(true);
    await using client = await open(served);
    client.send(request("wait", [], 1));
    client.send(request("eth_chainId", [], 2));
    expect(await client.got(1)).toMatchObject([{ id: 2 }]);
    client.send('{"jsonrpc":"2.0","method":"xrpc.cancel","params":[1]}');
    expect((await client.got(2))[1]).toMatchObject({ id: 1, error: { code: 1, message: "cancelled" } });
    expect(served.seen.aborted).toBe(1);
  });

  test("a frame that is too long ends the connection", async () => {
    await using served = await serve(false, { limits: { bodyBytes: 1_000 } });
    await using client = await open(served);
    const closed = new Promise((resolve) => client.socket.once("close", resolve));
    client.send(request("echo", ["a".repeat(2_000)]));
    expect(await closed).toBe(1009);
  });

  test("unknown paths, foreign pages", async () => {
    await using served = await serve(false);
    await expect(open(served, "/nope")).rejects.toThrow("404");
    const foreign = new WebSocket(served.url.replace("http", "ws"), { origin: "https://evil.example" });
    await expect(
      new Promise((_, reject) => {
        foreign.once("error", reject);
      }),
    ).rejects.toThrow("403");
  });
});

describe("what nobody asked for", () => {
  test("notifications come after the answer that announces them", async () => {
    await using served = await serve(false);
    await using client = await open(served);
    client.send(request("subscribe", [], 1));
    expect(await client.got(2)).toEqual([
      { jsonrpc: "2.0", id: 1, result: "0x1" },
      { jsonrpc: "2.0", method: "news", params: "first" },
    ]);
    served.seen.publish({ a: 1 });
    expect((await client.got(3))[2]).toMatchObject({ method: "news", params: { a: 1 } });
  });

  test("over HTTP there are none", async () => {
    await using served = await serve(false);
    const ask = async (method: string) => JSON.parse((await post(served.url, request(method))).text).error;
    expect(await ask("subscribe")).toEqual({ code: 1, message: "connection doesn't support callbacks" });
    expect(await ask("watch")).toMatchObject({ code: -32601 });
  });

  test("channels", async () => {
    await using served = await serve(true);
    await using client = await open(served);
    client.send(request("watch", [], "w"));
    client.send(request("watch", [], 2));
    expect(await client.got(4)).toEqual([
      { jsonrpc: "2.0", id: "w", result: 1 },
      { jsonrpc: "2.0", id: 2, result: 2 },
      { jsonrpc: "2.0", method: "xrpc.ch.val", params: [1, "current"] },
      { jsonrpc: "2.0", method: "xrpc.ch.val", params: [2, "current"] },
    ]);
    client.send('{"jsonrpc":"2.0","method":"xrpc.cancel","params":["w"]}');
    expect((await client.got(5))[4]).toEqual({ jsonrpc: "2.0", method: "xrpc.ch.close", params: [1] });
    expect(served.seen.channels).toBe(1);
    client.socket.terminate();
    await until(() => served.seen.channels === 0);
  });

  test("no more channels than allowed are open at once", async () => {
    await using served = await serve(true, { limits: { channels: 2 } });
    await using client = await open(served);
    for (const id of [1, 2, 3]) client.send(request("watch", [], id));
    const answers = (await client.got(5)) as { id?: number; error?: { message: string } }[];
    expect(answers.find(({ id }) => id === 3)?.error?.message).toBe("more than 2 channels");
    client.send('{"jsonrpc":"2.0","method":"xrpc.cancel","params":[1]}');
    await until(() => served.seen.channels === 1);
    client.send(request("watch", [], 4));
    await until(() => served.seen.channels === 2);
  });

  test("1,000 subscribers; all are gone when they vanish", async () => {
    await using served = await serve(false);
    const clients = await Promise.all(Array.from({ length: 1_000 }, () => open(served)));
    for (const client of clients) client.send(request("subscribe"));
    await until(() => served.seen.subscribers === 1_000);
    served.seen.publish("news");
    await Promise.all(clients.map((client) => client.got(3)));
    for (const { socket } of clients) socket.terminate();
    await until(() => served.seen.subscribers === 0);
    expect(served.server.connections).toBe(0);
  });
});

describe("readers that do not read", () => {
  const news = "a".repeat(100_000);

  test("too much news ends the connection, and only this one", async () => {
    await using served = await serve(false, { limits: { waitingBytes: 1_000_000 } });
    const deaf = await openDeaf(served, request("subscribe"));
    await using client = await open(served);
    client.send(request("subscribe"));
    await until(() => served.seen.subscribers === 2);
    let sent = 0;
    for (; served.seen.subscribers === 2 && sent < 1_000; sent += 1) {
      served.seen.publish(news);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => served.seen.subscribers === 1);
    // What the system buffers comes on top.
    expect(sent).toBeGreaterThan(10);
    expect(sent).toBeLessThan(500);
    await client.got(2 + sent);
    deaf.destroy();
  });

  test("news of all readers together is bounded too", async () => {
    const limits = { waitingBytes: 8_000_000, waitingBytesAtOnce: 20_000_000 };
    await using served = await serve(false, { limits });
    const deaf = await Promise.all(Array.from({ length: 20 }, () => openDeaf(served, request("subscribe"))));
    await until(() => served.seen.subscribers === 20);
    for (let sent = 0; sent < 100; sent += 1) {
      served.seen.publish(news);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(served.seen.subscribers).toBeLessThan(20);
    for (const socket of deaf) socket.destroy();
  });

  test("reading stops while answers wait", async () => {
    const limits = { waitingBytes: 1_000_000, waitingBytesAtOnce: 50_000_000 };
    await using served = await serve(false, { limits });
    const deaf = await openDeaf(
      served,
      ...Array.from({ length: 2_000 }, () => request("echo", [news.slice(0, 60_000)])),
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(served.server.connections).toBe(1);
    expect(served.server.waitingBytes).toBeLessThan(20_000_000);
    deaf.destroy();
    await until(() => served.server.connections === 0);
  });

  test("a client that takes nothing for long is gone", async () => {
    await using served = await serve(false, { limits: { pingMs: 20, idleAnswerMs: 100 } });
    const deaf = await openDeaf(served);
    await using client = await open(served);
    await until(() => served.server.connections === 1);
    client.send(request("eth_chainId", [], 5));
    expect(await client.got(1)).toMatchObject([{ id: 5 }]);
    deaf.destroy();
  });

  test("calls of a client that vanishes end", async () => {
    await using served = await serve(false);
    const client = await open(served);
    for (let id = 0; id < 10; id += 1) client.send(request("wait", [], id));
    await until(() => served.seen.waiting === 10);
    client.socket.terminate();
    await until(() => served.seen.aborted === 10);
    expect(served.seen.faults).toEqual([]);
  });

  test("no more requests than allowed are executed at once", async () => {
    await using served = await serve(false, { limits: { requestsAtOnce: 10 } });
    await using client = await open(served);
    for (let id = 0; id < 500; id += 1) client.send(`${request("wait", [], id)}${" ".repeat(2_000)}`);
    await until(() => served.seen.waiting >= 10);
    await new Promise((resolve) => setTimeout(resolve, 200));
    // Frames that had arrived already are executed.
    expect(served.seen.waiting).toBeLessThan(100);
  });
});

test("close says goodbye", async () => {
  const served = await serve(false);
  const client = await open(served);
  const closed = new Promise((resolve) => client.socket.once("close", resolve));
  client.send(request("wait", [], 1));
  await until(() => served.seen.waiting === 1);
  await served.server.close();
  expect(await closed).toBe(1001);
  expect(served.seen.aborted).toBe(1);
});
