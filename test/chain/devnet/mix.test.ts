import { expect, test } from "vitest";
import { Draw } from "../../../src/chain/devnet/draw.js";
import { KINDS, type TrafficKind } from "../../../src/chain/devnet/traffic/kinds.js";
import {
  drawKind,
  MAINNET_MIX,
  parseMix,
  providersFor,
  USUAL_MIX,
} from "../../../src/chain/devnet/traffic/mix.js";

test("mixes have names", () => {
  expect(parseMix("usual")).toBe(USUAL_MIX);
  expect(parseMix("mainnet")).toBe(MAINNET_MIX);
  expect(parseMix("send:3, swap:2")).toEqual({ send: 3, swap: 2 });
});

test("mainnet's mix has all kinds", () => {
  expect(Object.keys(MAINNET_MIX).sort()).toEqual(Object.keys(KINDS).sort());
});

test("only mixes with messages of storage providers need some", () => {
  expect(providersFor(USUAL_MIX, 10)).toBe(0);
  expect(providersFor({ send: 1, prove: 0 }, 10)).toBe(0);
  expect(providersFor(MAINNET_MIX, 10)).toBe(60);
  expect(providersFor({ withdraw: 1 }, 0)).toBe(1);
});

function drawn(possible: { networkVersion: number; hasProviders: boolean }): Map<TrafficKind, number> {
  const draw = new Draw("mix");
  const counts = new Map<TrafficKind, number>();
  for (let i = 0; i < 20_000; i++) {
    const kind = drawKind(draw, MAINNET_MIX, possible);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

test("kinds are drawn by their weights", () => {
  const counts = drawn({ networkVersion: 28, hasProviders: true });
  const total = Object.values(MAINNET_MIX).reduce((sum, weight) => sum + weight, 0);
  for (const [kind, weight] of Object.entries(MAINNET_MIX) as [TrafficKind, number][]) {
    const expected = (20_000 * weight) / total;
    expect(Math.abs((counts.get(kind) ?? 0) - expected)).toBeLessThan(5 * Math.sqrt(expected));
  }
});

test("kinds that a network version or a chain does not have are left out", () => {
  const old = [...drawn({ networkVersion: 16, hasProviders: false }).keys()].sort();
  expect(old).toEqual(["balance", "create", "fail", "multisig", "send", "verify"]);
  expect(drawn({ networkVersion: 22, hasProviders: true }).has("commit")).toBe(false);
  expect(drawKind(new Draw("none"), { swap: 1 }, { networkVersion: 16, hasProviders: true })).toBe("send");
});
