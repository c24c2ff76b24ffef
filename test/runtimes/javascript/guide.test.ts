import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { JavaScriptNet } from "../../support/javascript/contract.js";

const guide = readFileSync(new URL("../../../docs/javascript-actors.md", import.meta.url), "utf8");

let net: JavaScriptNet;
beforeAll(async () => {
  net = await JavaScriptNet.create();
});
afterAll(() => net.close());

test("the guide's contract does what it says", async () => {
  const source = /```js\n([\s\S]*?)```/.exec(guide)?.[1];
  if (source === undefined) throw new Error("the guide has no contract");
  const id = await net.deploy(source, 1000);
  const [alice, bob] = [net.chain.net.id("alice"), net.chain.net.id("bob")];
  expect(await net.call(id, "Transfer", [bob, 30])).toMatchObject({ exitCode: 0, value: 970 });
  expect(await net.call(id, "BalanceOf", bob)).toMatchObject({ value: 30 });
  expect(await net.call(id, "Transfer", [bob, 971])).toMatchObject({
    exitCode: 19,
    text: "the balance is too small",
  });
  expect(await net.call(id, "Transfer", [bob, -1])).toMatchObject({ exitCode: 19 });
  expect(await net.call(id, "BalanceOf", alice)).toMatchObject({ value: 970 });
});
