/** Memory that all live instances of a message share: 2 GiB. */
import { expect, test } from "vitest";
import { TestChain } from "../../support/chain.js";
import { guestData, runProcess } from "../../support/guests.js";
import { TestNet } from "../../support/net.js";
import { ROOM, Script } from "../../support/script.js";

const OUT = ROOM;
const RETURNED = ROOM + 0x100;
const CHILD = ROOM + 0x1000;
/** Pages. With those it has from the start, an instance stays below its own limit of 8192. */
const MANY = 8000;
const PAGES_FROM_THE_START = 4;
const REFUSED = 0xffff_ffff;

const net = await TestNet.create();

/** Adds steps that run another script in an instance of its own, below this one, and log what it logs. */
function nest(script: Script, child: Script, results: number, firstHandle = 2): Script {
  const length = 4 * results;
  return script
    .fill(RETURNED, 0, length)
    .send(net.address("script"), child, { out: OUT, data: CHILD, handle: firstHandle })
    .read(OUT + 64, 4)
    .call("ipld.block_read", OUT + 32, firstHandle + 1, 0, RETURNED, length)
    .read(RETURNED, length);
}

/** What `nest` logs before the child's own results, and after them nothing. */
const NEST = [0, 0, 0, 0];

async function run(script: Script): Promise<number[]> {
  const chain = await TestChain.on(net);
  const { receipt } = await chain.send({ to: net.id("script"), method: 2, params: script.bytes() });
  expect(receipt.exitCode).toBe(0);
  chain.close();
  return [...new Uint32Array(Uint8Array.from(receipt.returnData).buffer)];
}

/** Instances inside each other, each with as much memory as it can get. */
function tower(levels: number): { script: Script; log: number[] } {
  const grown = new Script().grow(MANY);
  // Four times 8000 pages fit into 32768.
  if (levels === 1) return { script: grown, log: [REFUSED] };
  const above = tower(levels - 1);
  return {
    script: nest(grown, above.script, above.log.length),
    log: [PAGES_FROM_THE_START, ...NEST, ...above.log],
  };
}

test("the fifth large instance gets none", async () => {
  const { script, log } = tower(5);
  expect(await run(script)).toEqual(log);
});

test("instances that have ended give theirs back", async () => {
  const child = new Script().grow(MANY);
  let script = new Script();
  for (let call = 0; call < 6; call++) nest(script, child, 1, 2 + 2 * call);
  script = script.grow(1);
  expect(await run(script)).toEqual([
    ...Array(6)
      .fill([...NEST, PAGES_FROM_THE_START])
      .flat(),
    PAGES_FROM_THE_START,
  ]);
});

test("growth that an instance's own limit refuses counts while it lives", async () => {
  // 24000 pages are allowed by the module, which declares no maximum, but not by the machine.
  const script = new Script().grow(24_000);
  expect(await run(nest(script, new Script().grow(MANY), 1))).toEqual([
    REFUSED,
    ...NEST,
    PAGES_FROM_THE_START,
  ]);
  const more = new Script().grow(24_000).grow(1000);
  expect(await run(nest(more, new Script().grow(MANY), 1))).toEqual([
    REFUSED,
    PAGES_FROM_THE_START,
    ...NEST,
    REFUSED,
  ]);
});

// A receipt would say what this machine could do, not what the protocol does. Only Linux counts addresses.
test.skipIf(process.platform !== "linux")("growth that the system refuses is a host fault", async () => {
  const { script } = tower(4);
  const chain = await TestChain.on(net);
  const message = chain.message({ to: net.id("script"), method: 2, params: script.bytes() });
  chain.close();
  // Room for the process itself and for one or two of the four.
  const launcher = ["sh", "-c", 'ulimit -v 2500000; exec "$@"', "sh"];
  const end = await runProcess(guestData(net, "run", [message]), { launcher });
  expect(end).toMatchObject({ code: 1, answer: undefined });
  expect(end.stderr).toContain("no memory for the instance to grow");
});
