/** The server over HTTP: statuses, paths, headers, bodies, callers that go. */
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { read, recordings } from "../../support/lotus-recording.js";
import { post, request, serve, until } from "./fixture.js";

interface RawAnswer {
  readonly verb: string;
  readonly path: string;
  readonly body: string | null;
  readonly status: number;
  readonly type: string;
  readonly response: string;
}

describe.runIf(recordings(["nv28"]).length > 0)("as a Lotus node", () => {
  test("statuses, types and texts, with --lotus", async () => {
    await using served = await serve(true);
    const recorded = read("nv28", "rpc/raw-http.json") as RawAnswer[];
    expect(recorded.length).toBeGreaterThan(30);
    for (const { verb, path, body, status, type, response } of recorded) {
      const answer = await fetch(served.url + path, { method: verb, ...(body !== null && { body }) });
      const text = await answer.text();
      expect({ verb, path, body, status: answer.status, text: text.replaceAll("\n", "") }).toEqual({
        verb,
        path,
        body,
        status,
        text: response.replaceAll("\n", ""),
      });
      // Its types of empty answers are nobody's business.
      if (text !== "") expect(answer.headers.get("content-type")).toBe(type);
    }
  });
});

describe("for clients", () => {
  test("errors have status 200, in batches too, and at / as well", async () => {
    await using served = await serve(false);
    const bodies = ["{", "[]", "", "1", request("nope"), request("refuse"), request("eth_chainId", [1])];
    for (const body of bodies) {
      const { status, text } = await post(served.url, body);
      expect([body, status, JSON.parse(text).error.code]).toEqual([body, 200, expect.any(Number)]);
    }
  });

  test("one bad request does not harm its batch", async () => {
    await using served = await serve(false);
    const batch = `[1,${request("refuse", [], 7)},{"id":{}},${request("eth_chainId", [], "a")}]`;
    const { status, text } = await post(served.url, batch);
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual([
      { id: null, jsonrpc: "2.0", error: { code: -32700, message: "Parse error" } },
      { id: 7, jsonrpc: "2.0", error: { code: 3, message: "execution reverted", data: "0x1234" } },
      {
        id: null,
        jsonrpc: "2.0",
        error: { code: -32700, message: expect.stringMatching("failed to parse ID") },
      },
      { id: "a", jsonrpc: "2.0", result: "0x1df5e76" },
    ]);
  });

  test("a text of any length in a message is shortened", async () => {
    await using served = await serve(false);
    const name = "x".repeat(1_000_000);
    const { text } = await post(served.url, request(name));
    const { code, message } = JSON.parse(text).error;
    expect(code).toBe(-32601);
    expect(message).toMatch(/^method 'x{1000}.*… \(1000019 characters\)$/);
    expect(message.length).toBeLessThan(2 ** 16);
  });

  test("a fault of ours is an error, and is told", async () => {
    await using served = await serve(false);
    const { text } = await post(served.url, request("breakDown"));
    expect(JSON.parse(text).error).toEqual({ code: -32603, message: "a fault of ours" });
    expect(served.seen.faults).toEqual(["breakDown: TypeError: a fault of ours"]);
  });

  test("integers beyond 2^53 come back as they went", async () => {
    await using served = await serve(false);
    const { text } = await post(
      served.url,
      '{"id":9007199254740993,"method":"echo","params":[18446744073709551615]}',
    );
    expect(text).toBe('{"id":9007199254740993,"jsonrpc":"2.0","result":18446744073709551615}\n');
  });
});

describe("who may ask", () => {
  /** Its own Host header, which `fetch` does not allow. */
  function ask(url: string, headers: Record<string, string>): Promise<{ status: number; allowed: unknown }> {
    return new Promise((resolve, reject) => {
      const sent = httpRequest(url, { method: "POST", headers, agent: false }, (response) => {
        response.resume();
        const allowed = response.headers["access-control-allow-origin"];
        response.on("end", () => resolve({ status: response.statusCode ?? 0, allowed }));
      });
      sent.on("error", reject);
      sent.end(request("eth_chainId"));
    });
  }

  test.each([
    ["localhost:8545", 200],
    ["127.0.0.1", 200],
    ["[::1]:80", 200],
    ["192.168.1.7:8545", 200],
    ["node.localhost", 200],
    ["LOCALHOST.", 200],
    ["evil.example", 403],
    ["localhost.evil.example:8545", 403],
    ["127.0.0.1.evil.example", 403],
    ["evil.example:8545@localhost", 403],
    ["a b", 403],
    ["", 200],
  ])("host %s: %i", async (host, status) => {
    await using served = await serve(false);
    const asked = ask(served.url, { host });
    // Node refuses an empty one itself.
    if (host === "") expect((await asked).status).toBeGreaterThanOrEqual(200);
    else expect((await asked).status).toBe(status);
  });

  test.each([
    ["http://localhost:5173", 200],
    ["http://127.0.0.1:3000", 200],
    ["https://[::1]", 200],
    ["chrome-extension://nkbihfbeogaeaoehlefnkodbefgpgknn", 200],
    ["moz-extension://4f2", 200],
    ["https://evil.example", 403],
    ["http://localhost.evil.example", 403],
    ["http://127.evil.example", 403],
    ["null", 403],
  ])("origin %s: %i", async (origin, status) => {
    await using served = await serve(false);
    const answer = await ask(served.url, { origin });
    expect(answer).toEqual({ status, allowed: status === 200 ? origin : undefined });
  });

  test("names and origins that are allowed", async () => {
    const options = { allowedHosts: ["devbox"], allowedOrigins: ["https://app.example"] };
    await using served = await serve(false, options);
    expect((await ask(served.url, { host: "devbox:8545" })).status).toBe(200);
    expect((await ask(served.url, { origin: "https://app.example" })).status).toBe(200);
    expect((await ask(served.url, { origin: "https://other.example" })).status).toBe(403);
    await using open = await serve(false, { allowedHosts: ["*"], allowedOrigins: ["*"] });
    expect((await ask(open.url, { host: "any.example", origin: "null" })).status).toBe(200);
  });

  test("a browser's preflight", async () => {
    await using served = await serve(false);
    const answer = await fetch(served.url, {
      method: "OPTIONS",
      headers: { origin: "http://localhost:3000", "access-control-request-headers": "content-type,x-a" },
    });
    expect(answer.status).toBe(204);
    expect(answer.headers.get("access-control-allow-origin")).toBe("http://localhost:3000");
    expect(answer.headers.get("access-control-allow-headers")).toBe("content-type,x-a");
  });
});

describe("connections", () => {
  test("are kept for clients that do something else for a while", async () => {
    await using served = await serve(false);
    const answer = await fetch(served.url, { method: "POST", body: request("eth_chainId") });
    expect(answer.headers.get("keep-alive")).toBe("timeout=120");
    await answer.text();
  });
});

describe("limits", () => {
  test("a body that is too long is refused, and the server goes on", async () => {
    await using served = await serve(false, { limits: { bodyBytes: 1_000 } });
    const long = await post(served.url, request("echo", ["a".repeat(100_000)]));
    expect(long.status).toBe(413);
    expect(JSON.parse(long.text).error).toEqual({
      code: -32700,
      message: "request bigger than maximum 1000 allowed",
    });
    expect((await post(served.url, request("eth_chainId"))).status).toBe(200);
  });

  test("bodies at once", async () => {
    const limits = { bodyBytes: 1_000, bodyBytesAtOnce: 1_500 };
    await using served = await serve(false, { limits });
    const gone = new AbortController();
    const body = `${request("wait")}${" ".repeat(900)}`;
    const first = fetch(served.url, { method: "POST", body, signal: gone.signal }).catch(() => "gone");
    await until(() => served.seen.waiting === 1);
    expect((await post(served.url, body)).status).toBe(503);
    gone.abort();
    await first;
    await until(() => served.seen.aborted === 1);
    const echo = `${request("echo", [5])}${" ".repeat(900)}`;
    expect(JSON.parse((await post(served.url, echo)).text).result).toBe(5);
  });

  test("10,000 requests at once are all answered", async () => {
    await using served = await serve(false);
    const ids = Array.from({ length: 10_000 }, (_, id) => id);
    const batches = Array.from({ length: 100 }, (_, at) => ids.slice(at * 100, at * 100 + 100));
    const texts = await Promise.all(
      batches.map((batch) =>
        post(served.url, `[${batch.map((id) => request("echo", [id], id)).join(",")}]`).then(
          ({ text }) => text,
        ),
      ),
    );
    const answers = texts.flatMap((text) => JSON.parse(text) as { id: number; result: number }[]);
    expect(answers.map(({ id }) => id)).toEqual(ids);
    expect(answers.map(({ result }) => result)).toEqual(ids);
  });

  test("a batch with more requests than allowed is refused as a whole", async () => {
    await using served = await serve(false);
    const { text } = await post(served.url, `[${"{},".repeat(10_000)}{}]`);
    expect(JSON.parse(text).error.code).toBe(-32600);
  });
});

describe("callers that go, and the end", () => {
  test("a call ends when its caller goes", async () => {
    await using served = await serve(false);
    const gone = new AbortController();
    const answer = fetch(served.url, { method: "POST", body: request("wait"), signal: gone.signal });
    await until(() => served.seen.waiting === 1);
    gone.abort();
    await expect(answer).rejects.toThrow();
    await until(() => served.seen.aborted === 1);
    expect(served.seen.faults).toEqual([]);
  });

  test("a caller that goes in the middle of its body", async () => {
    await using served = await serve(false);
    const { port } = new URL(served.url);
    const socket = connect(Number(port), "127.0.0.1");
    socket.write("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{");
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    expect((await post(served.url, request("eth_chainId"))).status).toBe(200);
    expect(served.seen.faults).toEqual([]);
  });

  test("what is no HTTP", async () => {
    await using served = await serve(false);
    const { port } = new URL(served.url);
    const socket = connect(Number(port), "127.0.0.1");
    socket.on("error", () => {});
    const closed = new Promise((resolve) => socket.on("close", resolve));
    socket.write("\u0016\u0003\u0001 hello\r\n\r\n");
    socket.resume();
    await closed;
    expect((await post(served.url, request("eth_chainId"))).status).toBe(200);
  });

  test("close ends calls that listen to their signal with an answer", async () => {
    const served = await serve(false);
    const answer = post(served.url, request("wait"));
    await until(() => served.seen.waiting === 1);
    await served.server.close();
    expect(JSON.parse((await answer).text).error).toEqual({ code: 1, message: "the node stops" });
  });

  test("close ends others all the same", async () => {
    const served = await serve(false, { limits: { closeMs: 100 } });
    const answer = post(served.url, request("waitDeaf")).catch(() => "cut off");
    await until(() => served.seen.waiting === 1);
    await served.server.close();
    expect(await answer).toBe("cut off");
  });

  test("a port in use", async () => {
    await using served = await serve(false);
    const port = Number(new URL(served.url).port);
    await expect(serve(false, { port })).rejects.toMatchObject({
      code: "LISTEN_FAILED",
      details: { host: "127.0.0.1", port, reason: "the port is in use" },
    });
  });
});
