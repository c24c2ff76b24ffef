import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { S3Blockstore, type S3Options } from "../../src/blockstore/s3/s3-blockstore.js";
import { cidText } from "../../src/encoding/cid.js";
import { DAG_CBOR } from "../../src/encoding/codecs.js";
import { cidOf } from "../support/fake-native-blocks.js";
import { KEY, S3Server } from "../support/s3-server.js";

const data = new Uint8Array(1000).fill(5);
const block = { cid: cidOf(DAG_CBOR, data), data };
const absent = cidOf(DAG_CBOR, Uint8Array.of(1));

let server: S3Server;
beforeEach(async () => {
  server = await S3Server.start();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server[Symbol.asyncDispose]();
});

const open = (options: S3Options = KEY, prefix = "chain/") =>
  S3Blockstore.open(`s3://bucket/${prefix}?region=eu-west-1&endpoint=${server.endpoint}`, options);
const urlOf = (cid = block.cid) => `${server.endpoint}/bucket/chain/${cidText(cid)}`;

describe("a bucket", () => {
  test("gives what was put, an object for each block", async () => {
    const store = await open();
    await store.putMany([block]);
    expect([...server.objects]).toEqual([[`/bucket/chain/${cidText(block.cid)}`, Buffer.from(data)]]);
    expect(await store.get(block.cid)).toEqual(data);
    expect(await store.get(absent)).toBeUndefined();
  });

  test("takes the key and the region from the environment", async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", KEY.accessKeyId);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", KEY.secretAccessKey);
    vi.stubEnv("AWS_REGION", "us-west-2");
    const store = await S3Blockstore.open(`s3://bucket?endpoint=${server.endpoint}`);
    await store.putMany([block]);
    expect(await store.get(block.cid)).toEqual(data);
  });

  test.each<[string, S3Options]>([
    ["a wrong secret", { ...KEY, secretAccessKey: "wrong" }],
    ["no key", {}],
  ])("refuses %s, and the error has S3's reason and no secret", async (_, options) => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", undefined);
    const store = await open(options);
    const reason = "status 403, SignatureDoesNotMatch";
    await expect(store.get(block.cid)).rejects.toMatchObject({
      code: "DOWNLOAD_FAILED",
      details: { url: urlOf(), reason },
    });
    await expect(store.putMany([block])).rejects.toMatchObject({
      code: "UPLOAD_FAILED",
      details: { url: urlOf(), reason },
    });
    expect(server.asked).toHaveLength(2);
  });

  test("is asked again after a failure that may pass", async () => {
    const store = await open();
    let left = 1;
    server.verdict = () => (left-- > 0 ? 503 : undefined);
    await store.putMany([block]);
    left = 1;
    expect(await store.get(block.cid)).toEqual(data);
    expect(server.asked.map((line) => line.split(" ")[0])).toEqual(["PUT", "PUT", "GET", "GET"]);
  });

  test("but not for ever", async () => {
    const store = await open({ ...KEY, attempts: 2 });
    server.verdict = () => 500;
    await expect(store.putMany([block])).rejects.toMatchObject({
      code: "UPLOAD_FAILED",
      details: { url: urlOf(), reason: "status 500, InternalError" },
    });
    expect(server.asked).toHaveLength(2);
  });

  test("whose object is not the block is not believed", async () => {
    server.objects.set(`/bucket/chain/${cidText(block.cid)}`, Buffer.of(1));
    await expect((await open()).get(block.cid)).rejects.toMatchObject({
      code: "DOWNLOAD_FAILED",
      details: { reason: "the bytes are not the block's" },
    });
  });

  test("that does not answer is given up with the signal, and after a while", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    controller.abort(reason);
    const store = await open();
    await expect(store.get(block.cid, { signal: controller.signal })).rejects.toBe(reason);
    await expect(store.putMany([block], { signal: controller.signal })).rejects.toBe(reason);
    expect(server.asked).toEqual([]);
  });
});

test.each([
  "s3:",
  "https://bucket",
  "s3://name:secret@bucket",
  "s3://bucket?regoin=a",
  "s3://bucket?endpoint=ftp://a",
  "s3://bucket?endpoint=http://name:secret@a",
])("%s is no bucket", async (url) => {
  const refused = expect(S3Blockstore.open(url)).rejects;
  await refused.toMatchObject({ code: "INVALID_OPTION", message: expect.not.stringContaining("secret") });
});

test("without an endpoint it is Amazon's", async () => {
  const urls: string[] = [];
  vi.stubGlobal("fetch", async (input: Request | string) => {
    urls.push(typeof input === "string" ? input : input.url);
    return new Response(null, { status: 404 });
  });
  await (await S3Blockstore.open("s3://bucket/a/?region=eu-west-1", KEY)).get(absent);
  await (await S3Blockstore.open("s3://bucket")).get(absent);
  vi.unstubAllGlobals();
  const name = cidText(absent);
  expect(urls).toEqual([
    `https://bucket.s3.eu-west-1.amazonaws.com/a/${name}`,
    `https://bucket.s3.us-east-1.amazonaws.com/${name}`,
  ]);
});
