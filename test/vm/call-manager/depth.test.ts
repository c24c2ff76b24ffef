import { describe, expect, test } from "vitest";
import type { Address } from "../../../src/address/address.js";
import { idAddress } from "../../../src/address/address.js";
import { send, sendV2, sent } from "./acts.js";
import { ScriptedNetwork } from "./scripted-network.js";
import type { Act, Actor, Reply } from "./scripted-stack.js";

const CONTRACT = 101;

/** An actor that calls itself until it is refused, and the deepest then sends once more with a limit. */
async function recursion(version: number, deepest?: (to: Address) => Act) {
  const replies: Reply[] = [];
  let frames = 0;
  const self = idAddress(CONTRACT);
  const recursive: Actor = function* () {
    frames++;
    const reply = yield version < 18 ? sendV2(self) : send(self);
    if (reply.errno !== 0 && deepest !== undefined) replies.push(yield deepest(self));
    if (reply.errno !== 0) replies.unshift(reply);
    return { exit: 0 };
  };
  const net = await ScriptedNetwork.create({ version, actors: { recursive } });
  const { receipt } = await net.send("recursive");
  return { frames, errors: replies.map((reply) => sent(reply).errno), receipt };
}

describe("call depth", () => {
  test.each([
    [16, 1025],
    [17, 1025],
    [18, 1024],
    [20, 1024],
    [21, 1024],
    [28, 1024],
  ])("network version %i has %i frames", async (version, most) => {
    const { frames, errors, receipt } = await recursion(version);
    expect(frames).toBe(most);
    expect(errors).toEqual([3]);
    expect(receipt.exitCode).toBe(0);
  });

  test.each([
    [18, true],
    [20, true],
    [21, false],
    [28, false],
  ])("network version %i forgets gas after a refused send with a limit: %s", async (version, forgets) => {
    const plain = await recursion(version, (to) => send(to));
    const limited = await recursion(version, (to) => send(to, { gasLimit: 1000 }));
    expect(limited.errors).toEqual([3, 3]);
    if (forgets) expect(limited.receipt.gasUsed).toBeLessThan(Number(plain.receipt.gasUsed));
    else expect(limited.receipt.gasUsed).toBe(plain.receipt.gasUsed);
  });
});
