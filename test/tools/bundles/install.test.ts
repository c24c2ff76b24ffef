import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { cidText } from "../../../src/encoding/cid.js";
import { bundleUrl, fetchBundle } from "../../../src/tools/bundles/fetch.js";
import { importBundle } from "../../../src/tools/bundles/install.js";
import { exampleBundle } from "./example.js";
import { answerHalf, answerRanges, type FileServer, serve } from "./file-server.js";

// Real bundles are not at hand everywhere: the table has one of ours.
vi.mock("../../../src/chain/networks/releases.js", async () => {
  const { cidText } = await import("../../../src/encoding/cid.js");
  const { exampleBundle } = await import("./example.js");
  const manifest = cidText(exampleBundle().manifest);
  const label = cidText(exampleBundle("superseded").manifest);
  return {
    releases: [{ version: 90, tag: "v90.0.1", manifests: { mainnet: manifest } }],
    superseded: [{ network: "testnet", version: 91, label: "rc1", manifest: label }],
  };
});

const { car, manifest } = exampleBundle();
const name = { version: 90, network: "mainnet" };
let folder: string;
let server: FileServer | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fvm-install-"));
});
afterEach(() => {
  server?.close();
  rmSync(folder, { recursive: true });
});

function file(content: Uint8Array): string {
  const path = join(folder, "downloaded");
  writeFileSync(path, content);
  return path;
}

describe("import", () => {
  test("recognises a bundle by its manifest", () => {
    const path = join(folder, "bundles/v90/builtin-actors-mainnet.car");
    expect(importBundle(file(car), join(folder, "bundles"))).toEqual({
      ...name,
      path,
      manifest: cidText(manifest),
    });
    expect(readFileSync(path).equals(car)).toBe(true);
  });

  test("keeps superseded bundles apart", () => {
    const { path } = importBundle(file(exampleBundle("superseded").car), folder);
    expect(path).toBe(join(folder, "v91/builtin-actors-testnet-rc1.car"));
  });

  test("refuses what no release is", () => {
    const other = exampleBundle("other");
    expect(() => importBundle(file(other.car), folder)).toThrow(
      expect.objectContaining({
        code: "INVALID_BUNDLE",
        details: {
          file: file(other.car),
          reason: `manifest ${cidText(other.manifest)} is of no known release`,
        },
      }),
    );
  });
});

describe("fetch", () => {
  const path = () => join(folder, "v90/builtin-actors-mainnet.car");

  test("asks a mirror for the release's file", async () => {
    server = await serve(answerRanges(car));
    expect(await fetchBundle(name, folder, { from: `${server.url}/mirror/` })).toMatchObject({
      path: path(),
    });
    expect(server.requests.map(({ path }) => path)).toEqual(["/mirror/v90.0.1/builtin-actors-mainnet.car"]);
    expect(readFileSync(path()).equals(car)).toBe(true);
    expect(existsSync(`${path()}.part`)).toBe(false);
  });

  test("takes the address of a file", async () => {
    server = await serve(answerRanges(car));
    await fetchBundle(name, folder, { from: `${server.url}/x.car` });
    expect(server.requests.map(({ path }) => path)).toEqual(["/x.car"]);
  });

  test("knows the official releases", () => {
    expect(bundleUrl(name)).toBe(
      "https://github.com/filecoin-project/builtin-actors/releases/download/v90.0.1/builtin-actors-mainnet.car",
    );
  });

  test("keeps nothing of what it was not asked for", async () => {
    server = await serve(answerRanges(exampleBundle("other").car));
    await expect(fetchBundle(name, folder, { from: server.url })).rejects.toThrow(
      expect.objectContaining({ code: "INVALID_BUNDLE" }),
    );
    expect(existsSync(path())).toBe(false);
    expect(existsSync(`${path()}.part`)).toBe(false);
  });

  test("keeps what came if the rest did not", async () => {
    server = await serve(answerHalf(car, `${path()}.part`));
    await expect(fetchBundle(name, folder, { from: server.url })).rejects.toThrow(
      expect.objectContaining({ code: "DOWNLOAD_FAILED" }),
    );
    expect(existsSync(path())).toBe(false);
    expect(existsSync(`${path()}.part`)).toBe(true);
  });
});
