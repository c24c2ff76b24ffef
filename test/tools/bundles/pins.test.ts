import { expect, test } from "vitest";
import { releases, superseded } from "../../../src/chain/networks/releases.js";
import { cidText, parseCid } from "../../../src/encoding/cid.js";
import {
  identifyBundle,
  parseActorsVersion,
  pinnedManifest,
  releaseOf,
} from "../../../src/tools/bundles/pins.js";
import { NEWEST_VERSION, networkVersion, OLDEST_VERSION } from "../../../src/vm/network/version.js";

test("each network version's actors have a pinned mainnet bundle", () => {
  for (let version = OLDEST_VERSION; version <= NEWEST_VERSION; version++) {
    const { actorsVersion } = networkVersion(version);
    expect(releaseOf(actorsVersion).tag).toMatch(new RegExp(`^v${actorsVersion}\\.\\d+\\.\\d+$`));
    expect(pinnedManifest({ version: actorsVersion, network: "mainnet" })).toHaveLength(38);
  }
});

test("all pins are CIDs, and lead back to their bundle", () => {
  const pins = releases.flatMap(({ version, manifests }) =>
    Object.entries(manifests).map(([network, manifest]) => ({ version, network, manifest })),
  );
  expect(pins.length).toBe(85);
  for (const { version, network, manifest } of pins) {
    expect(cidText(parseCid(manifest))).toBe(manifest);
    const found = identifyBundle(manifest);
    expect(releaseOf(found?.version ?? 0).manifests[found?.network ?? ""]).toBe(manifest);
    // Two versions may share a bundle: the lower one counts.
    expect(found?.version).toBeLessThanOrEqual(version);
    if (found?.version === version) expect(manifest).toBe(releaseOf(version).manifests[network]);
  }
  for (const bundle of superseded) expect(identifyBundle(bundle.manifest)).toEqual(bundle);
});

test("unknown bundles", () => {
  const unknown = (details: object) => expect.objectContaining({ code: "UNKNOWN_BUNDLE", details });
  expect(identifyBundle("bafy2bzacebc3bt6cedhoyw34drrmjvazhu4oj25er2ebk4u445pzycvq4ta4a")).toBeUndefined();
  expect(() => pinnedManifest({ version: 7, network: "mainnet" })).toThrow(
    unknown({ version: "v7", network: "any" }),
  );
  expect(() => pinnedManifest({ version: 18, network: "moon" })).toThrow(
    unknown({ version: "v18", network: "moon" }),
  );
});

test.each([
  ["v13", 13],
  ["8", 8],
])("actors version %s", (text, version) => expect(parseActorsVersion(text)).toBe(version));

test.each(["", "v", "13.0", "v-1", "latest"])("%j is no actors version", (text) => {
  expect(() => parseActorsVersion(text)).toThrow(expect.objectContaining({ code: "UNKNOWN_BUNDLE" }));
});
