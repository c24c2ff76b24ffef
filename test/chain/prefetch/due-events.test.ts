/** Events that the power actor keeps for miners, against those that it sends. */
import { describe, expect, test } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import { cronMessage } from "../../../src/chain/execution/implicit-messages.js";
import { firstHeader } from "../../../src/chain/history/chain-tipset.js";
import { dueEvents } from "../../../src/chain/prefetch/due-events.js";
import { Machine } from "../../../src/vm/machine/machine.js";
import { networkVersion } from "../../../src/vm/network/version.js";
import { SingletonId } from "../../../src/vm/state-tree/actor-state.js";
import type { CallTrace } from "../../../src/vm/trace/trace.js";
import { devnetVersions, makeDevnet } from "../../support/devnet.js";
import { LateStore } from "../../support/late-store.js";
import { skipLoudly } from "../../support/skip.js";

const VERSIONS = devnetVersions([16, 28]);
if (VERSIONS.length === 0) skipLoudly("events that miners are due: no bundles of mainnet");
/** A deadline and a bit. */
const EPOCH = 70;
const POWER = idAddress(SingletonId.Power);
const ON_DEFERRED_CRON_EVENT = 12;

function callsIn({ steps }: CallTrace): CallTrace[] {
  return steps.flatMap((step) => (step.kind === "call" ? [step.call, ...callsIn(step.call)] : []));
}

describe.each(VERSIONS)("network version %i", (version) => {
  test("what is due is what cron sends, and is found on a store that answers late", async () => {
    const devnet = await makeDevnet({ networkVersion: version, providers: 20 });
    const { blockstore, chain, network } = devnet;
    const stateRoot = firstHeader(devnet.genesis).parentStateRoot;
    const { chainId } = network;
    const machine = await Machine.create({
      network: version,
      stateRoot,
      blockstore,
      chainId,
      epoch: EPOCH,
      circulatingSupply: 10n ** 27n,
    });
    const { trace } = await machine.execute(cronMessage(EPOCH), { kind: "implicit", trace: true });
    machine.close();
    const sent = callsIn(trace.call as CallTrace).filter(
      ({ from, method }) => idAddress(from) === POWER && method === ON_DEFERRED_CRON_EVENT,
    );
    const late = new LateStore(chain.blockstore as never);
    const epochs = { from: 0, to: EPOCH };
    const found = await dueEvents(late, stateRoot, networkVersion(version), epochs, {});
    expect(found.length).toBeGreaterThan(0);
    expect(found.map(({ message: { to, params } }) => [to, params])).toEqual(
      sent.map(({ to, params }) => [to, params?.data]),
    );
    const half = await dueEvents(late, stateRoot, networkVersion(version), { from: 0, to: EPOCH / 2 }, {});
    expect(half).toEqual(found.filter(({ epoch }) => epoch <= EPOCH / 2));
  });
});
