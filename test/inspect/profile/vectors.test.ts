/** Profiles of real messages. */
import { basename } from "node:path";
import { expect, test } from "vitest";
import { Adjustment } from "../../../src/inspect/profile/categories.js";
import { GasProfiler, nodesOf } from "../../../src/inspect/profile/index.js";
import { defaultVectorFolder, vectorFiles } from "../../../src/tools/vectors/files.js";
import { runVectors } from "../../../src/tools/vectors/run-vectors.js";
import { networkVersion } from "../../../src/vm/network/version.js";
import type { Observation } from "../../../src/vm/trace/observation.js";
import { skipLoudly } from "../../support/skip.js";

/** One of so many. */
const SHARE = 75;
/** Files with what is rare: calls refused for their depth, with a gas limit. */
const RARE = /^recursion-limit/;

const folder = defaultVectorFolder();
if (folder === undefined) {
  skipLoudly("profiles of vectors: there is no folder vectors, and FVM_VECTORS is not set");
} else {
  const files = vectorFiles([folder]).filter((file, i) => i % SHARE === 0 || RARE.test(basename(file)));

  test(`the sums of ${files.length} vectors' messages are the gas used`, { timeout: 900_000 }, async () => {
    const all = new GasProfiler();
    let version = 0;
    let gasUsed = 0n;
    const forgetful = new Set<number>();
    const faults: string[] = [];
    const observer = (observation: Observation) => {
      all.observer(observation);
      if (observation.kind === "message") version = observation.networkVersion;
      if (observation.kind !== "receipt") return;
      const gas = BigInt(observation.receipt.gasUsed);
      gasUsed += gas;
      let sum = 0n;
      for (const { node } of nodesOf(all.lastMessage().root)) {
        for (const { compute, other } of node.charges.values()) sum += compute + other;
        if (node.charges.has(Adjustment.Forgotten)) forgetful.add(version);
      }
      if (sum !== gas * 1000n) faults.push(`${sum} milligas instead of ${gas} gas`);
    };
    for (const file of files) {
      const [report] = await runVectors([file], { repeat: 0, observer });
      if (report?.status !== "skipped") expect([file, report?.reason, faults]).toEqual([file, undefined, []]);
    }
    const profile = all.profile();
    expect(profile.gasUsed).toBe(gasUsed);
    expect(profile.messages).toBeGreaterThan(100);
    for (const nv of forgetful) expect(networkVersion(nv).rules.calls.depthRefusalLeavesGasLimit).toBe(true);
  });
}
