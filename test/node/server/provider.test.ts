/** The provider in the process: EIP-1193 without sockets. */
import { expect, test } from "vitest";
import { RpcError } from "../../../src/node/rpc/errors.js";
import { Provider } from "../../../src/node/server/provider.js";
import { serve, until } from "./fixture.js";

test("results, errors, subscriptions", async () => {
  await using served = await serve(false);
  const provider = new Provider(served.dispatcher);
  expect(await provider.request({ method: "eth_chainId" })).toBe("0x1df5e76");

  const given = { a: [1], b: undefined };
  const echoed = await provider.request({ method: "echo", params: [given] });
  expect(echoed).toEqual({ a: [1] });
  expect(echoed).not.toHaveProperty("b");
  expect(echoed).not.toBe(given);

  const refused = provider.request({ method: "refuse" });
  await expect(refused).rejects.toBeInstanceOf(RpcError);
  await expect(refused).rejects.toMatchObject({ code: 3, data: "0x1234" });
  await expect(provider.request({ method: "nope" })).rejects.toMatchObject({ code: -32601 });

  const messages: unknown[] = [];
  provider.on("message", (message) => messages.push(message));
  expect(await provider.request({ method: "subscribe" })).toBe("0x1");
  served.seen.publish({ number: 1 });
  await until(() => messages.length === 2);
  expect(messages).toEqual([
    { type: "news", data: "first" },
    { type: "news", data: { number: 1 } },
  ]);
  await expect(provider.request({ method: "watch" })).rejects.toMatchObject({ code: -32601 });
});

test("close ends calls and subscriptions", async () => {
  await using served = await serve(false);
  const provider = new Provider(served.dispatcher);
  let disconnects = 0;
  provider.on("disconnect", () => {
    disconnects += 1;
  });
  await provider.request({ method: "subscribe" });
  const waiting = provider.request({ method: "wait" });
  await until(() => served.seen.waiting === 1);
  provider.close();
  provider.close();
  await expect(waiting).rejects.toMatchObject({ message: "the node has stopped" });
  expect(served.seen.subscribers).toBe(0);
  expect(disconnects).toBe(1);
});
