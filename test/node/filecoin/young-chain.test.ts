/** Filecoin's methods on a chain of a few blocks, as clients meet it that look far back. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningNode, startNode } from "../../../src/node/index.js";
import { devnetVersions } from "../../support/devnet.js";
import { skipLoudly } from "../../support/skip.js";

const hasActors = devnetVersions([28]).length > 0;
if (!hasActors) skipLoudly("a young chain: no builtin actors are on this machine");

describe.runIf(hasActors).each([true, false])("with lotus %s", (lotus) => {
  let node: RunningNode;
  const ask = (method: string, ...params: unknown[]) => node.provider.request({ method, params });

  beforeAll(async () => {
    node = await startNode({ lotus });
  });
  afterAll(() => node?.close());

  test.each([
    ["Filecoin.ChainGetTipSetByHeight", [-880, null]],
    ["Filecoin.ChainGetTipSetAfterHeight", [-880, null]],
    ["Filecoin.ChainGetFinalizedTipSet", []],
  ] as const)("%s before genesis", async (method, params) => {
    const answer = ask(method, ...params);
    if (lotus) await expect(answer).rejects.toMatchObject({ code: 1, message: /^height -\d+ is negative$/ });
    else expect(await answer).toEqual(await ask("Filecoin.ChainGetGenesis"));
  });
});
