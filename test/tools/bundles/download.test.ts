import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { download } from "../../../src/tools/bundles/download.js";
import { answerHalf, answerRanges, type FileServer, serve } from "./file-server.js";

const content = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7919) >>> 8);
let folder: string;
let file: string;
let server: FileServer | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fvm-download-"));
  file = join(folder, "file.part");
});
afterEach(() => {
  server?.close();
  rmSync(folder, { recursive: true });
});

function failed(reason: unknown) {
  return expect.objectContaining({ code: "DOWNLOAD_FAILED", details: { url: expect.any(String), reason } });
}

test("a whole file, with progress", async () => {
  server = await serve(answerRanges(content));
  const steps: [number, number | undefined][] = [];
  await download(`${server.url}/a`, file, { onProgress: (done, total) => steps.push([done, total]) });
  expect(readFileSync(file).equals(content)).toBe(true);
  expect(steps.at(-1)).toEqual([content.length, content.length]);
  expect(server.requests).toEqual([{ path: "/a", range: undefined }]);
});

describe("what is there already", () => {
  test("is continued", async () => {
    server = await serve(answerRanges(content));
    writeFileSync(file, content.subarray(0, 1000));
    const steps: number[] = [];
    await download(`${server.url}/a`, file, { onProgress: (done) => steps.push(done) });
    expect(readFileSync(file).equals(content)).toBe(true);
    expect(server.requests).toEqual([{ path: "/a", range: "bytes=1000-" }]);
    expect(steps[0]).toBeGreaterThan(1000);
  });

  test("is replaced if the server knows no ranges", async () => {
    server = await serve((_request, response) => response.end(content));
    writeFileSync(file, "something else");
    await download(`${server.url}/a`, file);
    expect(readFileSync(file).equals(content)).toBe(true);
  });

  test("is left alone if it is all", async () => {
    server = await serve(answerRanges(content));
    writeFileSync(file, content);
    await download(`${server.url}/a`, file);
    expect(readFileSync(file).equals(content)).toBe(true);
  });

  test("is dropped if it is longer than the file", async () => {
    server = await serve(answerRanges(content));
    writeFileSync(file, new Uint8Array(content.length + 1));
    await download(`${server.url}/a`, file);
    expect(readFileSync(file).equals(content)).toBe(true);
    expect(server.requests.map(({ range }) => range)).toEqual([`bytes=${content.length + 1}-`, undefined]);
  });
});

test("follows to where the file is", async () => {
  const there = answerRanges(content);
  server = await serve((request, response) =>
    request.url === "/a" ? response.writeHead(302, { location: "/b" }).end() : there(request, response),
  );
  await download(`${server.url}/a`, file);
  expect(readFileSync(file).equals(content)).toBe(true);
});

describe("failures", () => {
  test("a broken connection leaves what came, and the next attempt goes on", async () => {
    const [half, whole] = [answerHalf(content, file), answerRanges(content)];
    server = await serve((request, response) =>
      (server?.requests.length === 1 ? half : whole)(request, response),
    );
    await expect(download(`${server.url}/a`, file)).rejects.toThrow(failed(expect.any(String)));
    const have = readFileSync(file).length;
    expect(have).toBeGreaterThan(0);
    await download(`${server.url}/a`, file);
    expect(readFileSync(file).equals(content)).toBe(true);
    expect(server.requests[1]?.range).toBe(`bytes=${have}-`);
  });

  test("a status", async () => {
    server = await serve((_request, response) => response.writeHead(404).end("gone"));
    await expect(download(`${server.url}/a`, file)).rejects.toThrow(failed("status 404"));
    expect(existsSync(file)).toBe(false);
  });

  test("nobody there", async () => {
    server = await serve(() => {});
    server.close();
    await expect(download(`${server.url}/a`, file)).rejects.toThrow(
      failed(expect.stringContaining("ECONNREFUSED")),
    );
  });

  test("no answer", async () => {
    server = await serve(() => {});
    await expect(download(`${server.url}/a`, file, { stallMs: 50 })).rejects.toThrow(
      failed("nothing arrived for 50 ms"),
    );
  });

  test("no address", async () => {
    await expect(download("nowhere", file)).rejects.toThrow(failed(expect.any(String)));
  });
});
