/** A state with the builtin actors of mainnet, and a contract, in a CAR file. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeBlocks } from "../../src/blockstore/access.js";
import { emptyEvmState, withSlots, writeEvmState } from "../../src/builtin/evm/index.js";
import { networkOfActors } from "../../src/cli/input/network.js";
import { cidText } from "../../src/encoding/cid.js";
import { writeCar } from "../../src/ipld/car/write.js";
import { NEWEST_VERSION, networkVersion } from "../../src/vm/network/version.js";
import { mainnetBundle, openRealActors, realGenesis } from "../support/real-actors.js";
import { skipLoudly } from "../support/skip.js";
import { fvm } from "./capture.js";

const { actorsVersion } = networkVersion(NEWEST_VERSION);
const word = (digits: string) => `0x${digits.padStart(64, "0")}`;
/** 2^255 */
const HIGH_SLOT = word(`8${"0".repeat(63)}`);

if (mainnetBundle(actorsVersion) === undefined) {
  skipLoudly(`states with released actors: there is no bundle v${actorsVersion}`);
} else {
  describe("released actors", () => {
    let folder: string;
    let car: string;
    let id: string;
    const roots: string[] = [];
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "fvm-released-"));
      const { genesis, store } = realGenesis(NEWEST_VERSION);
      roots.push(cidText(await genesis.write()));
      const head = await writeBlocks(store, (blocks) => {
        const slots = [[7n, 2n] as const, [2n ** 255n, 3n] as const];
        return writeEvmState(blocks, withSlots(blocks, emptyEvmState(blocks), slots), actorsVersion);
      });
      id = `f0${genesis.addActor({ code: genesis.codeOf("evm"), balance: 1n, state: store.get(head) as Uint8Array })}`;
      roots.push(cidText(await genesis.write()));
      car = join(folder, "evm.car");
      writeFileSync(car, writeCar({ roots: [], blocks: [...store] }));
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    test("tell the network version, and slots are read", async () => {
      const args = [roots[1] ?? "", id, "--storage", "7", "--storage", "0x08", "--store", car];
      const { status, answer, notes } = await fvm("state", "get", ...args, "--json");
      expect({ status, notes }).toEqual({ status: 0, notes: "" });
      expect(JSON.parse(answer)).toMatchObject({
        type: "evm",
        state: { nonce: 1, tombstone: null },
        storage: { [word("7")]: word("2"), [word("8")]: word("0") },
      });
      const { answer: text } = await fvm("state", "get", ...args);
      expect(text).toContain(`storage[${word("7")}]  ${word("2")}`);
    });

    test("tell the network version also to what executes messages", async () => {
      const message = JSON.stringify({ From: id, To: "f099", Value: "1" });
      const args = ["--state", roots[1] ?? "", "--store", car, "--message", message];
      const { status, answer, notes } = await fvm("simulate", ...args, "--changes");
      expect({ status, notes }).toEqual({ status: 0, notes: "" });
      expect(answer).toMatch(/^message 0: f0\d+ → f099 \(\w+\) · Send · .* · exit 0 \(OK\)$/m);
      expect(answer).toContain(`  ${id} evm: changed\n`);
      expect((await fvm("simulate", ...args, "--network", `${NEWEST_VERSION}`, "--changes")).answer).toBe(
        answer,
      );
      expect((await fvm("gas", ...args)).notes).toBe("");
    });

    test("an override is called what its JSON calls it", async () => {
      const message = JSON.stringify({ From: id, To: "f099" });
      const override = '{"f01": {"stateDiff": {"0x0": "0x1"}}}';
      const args = ["--state", roots[1] ?? "", "--store", car, "--message", message];
      const { status, notes } = await fvm("simulate", ...args, "--override", override);
      expect(status).toBe(2);
      expect(notes).toContain(
        "'overrides[f01].stateDiff', reason: 'f01 is no contract; code would make it one'",
      );
    });

    test("of which a contract is added: it is shown slot by slot", async () => {
      const { answer } = await fvm("state", "diff", ...roots, "--store", car);
      expect(answer).toContain(`${id} evm: added`);
      expect(answer).toContain(`  + state.contract_state[${word("7")}]: ${word("2")}`);
      expect(answer).toContain(`  + state.contract_state[${HIGH_SLOT}]: ${word("3")}`);
    });
  });
}

/** Network versions, the newest of each version of the actors. */
const networks = Array.from({ length: 13 }, (_, i) => networkVersion(NEWEST_VERSION - i)).filter(
  ({ actorsVersion }, i, all) => all.findIndex((other) => other.actorsVersion === actorsVersion) === i,
);
for (const { version, actorsVersion } of networks) {
  const file = mainnetBundle(actorsVersion);
  if (file === undefined) skipLoudly(`actors v${actorsVersion}: there is no bundle`);
  else {
    test(`the list of actors v${actorsVersion} is one of network version ${version}`, () => {
      expect(networkOfActors(openRealActors(file, actorsVersion).list)).toBe(version);
    });
  }
}
