import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ActorNetwork } from "fvm-node/actors";

const network = await ActorNetwork.create();
after(() => network.close());

test("a counter counts", async () => {
  const { client } = await network.deploy(import.meta.dirname, 5);
  assert.equal(await client.Increment(3), 8);
  assert.equal(await client.Count(), 8);
});

test("an increment of nothing is refused", async () => {
  const { client } = await network.deploy(import.meta.dirname, 5);
  await assert.rejects(client.Increment(0), { code: "ACTOR_FAILED", message: /an increment of nothing/ });
});
