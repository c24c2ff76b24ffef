import { type Case, FIL } from "../case.js";
import { idOf } from "../population.js";
import { ethOf } from "../script.js";

const LOOK = "look(address[])";

/** Messages of one sender of which some cannot be executed: what comes after depends on why. */
const nonceChain: Case = {
  name: "nonce-chain",
  funds: { broke: ["bls", FIL], saved: ["bls", FIL] },
  write(script) {
    const [a, b, c] = [script.person("bls 0"), script.person("eth 0"), script.person("secp 0")];
    const [broke, saved] = [script.person("broke"), script.person("saved")];
    const pay = { gasLimit: 10_000_000, gasFeeCap: FIL / 20_000_000n, gasPremium: 0n };
    script.tipset([
      [
        script.send(a, b.address, 1n),
        script.send(a, b.address, 2n),
        script.send(a, b.address, 3n, { nonce: 3 }),
        script.send(a, b.address, 4n),
        script.send(a, b.address, 5n, { nonce: 2 }),
        script.send(a, b.address, 6n),
        // Its value is too much, and its nonce counts; then its gas is too dear, and it does not.
        script.send(broke, a.address, FIL),
        script.send(broke, a.address, 0n, pay),
        script.send(broke, a.address, 3n * (FIL / 4n)),
        script.send(broke, a.address, 0n, pay),
        script.send(broke, a.address, 1n),
        // The same, and somebody helps.
        script.send(saved, a.address, 3n * (FIL / 4n)),
        script.send(saved, a.address, 1n, pay),
        script.send(b, saved.address, FIL),
        script.send(saved, a.address, 2n, { ...pay, nonce: 1 }),
        script.send(saved, a.address, 3n),
      ],
      [
        script.send(b, a.address, 1n, { nonce: 7 }),
        script.call(b, "Watcher", LOOK, [ethOf(a, broke, saved)]),
        script.send(b, a.address, 1n, { gasLimit: 100_000 }),
        script.send(b, a.address, 1n, { gasLimit: 1 }),
        script.send(b, a.address, 2n),
        script.send(c, a.address, 1n),
        script.send(c, a.address, 1n, { gasFeeCap: 1n, gasPremium: 2n }),
        script.send(c, a.address, 1n),
      ],
    ]);
  },
};

/** The same account under its key's address and its ID, as sender and receiver. */
const twoAddresses: Case = {
  name: "two-addresses",
  write(script) {
    const people = ["bls 0", "eth 0", "secp 0"].map((name) => script.person(name));
    const watch = script.person("eth 1");
    const messages = people.flatMap((from, i) => {
      const to = people[(i + 1) % people.length] as typeof from;
      return [
        script.send(from, to.address, 1n),
        script.send(from, idOf(to), 2n, { from: idOf(from) }),
        script.call(from, "Spinner", "add(uint256)", [1]),
        script.call(from, "Spinner", "add(uint256)", [1], { from: idOf(from) }),
        script.send(from, idOf(from), 3n),
        script.call(watch, "Watcher", LOOK, [ethOf(from, to)]),
      ];
    });
    // Senders of secp256k1 come last in a block under their key's address, and first under their ID.
    script.tipset([
      messages.slice(0, 7),
      messages.slice(7, 13),
      ...messages.slice(13, 15).map((one) => [one]),
    ]);
    script.tipset([[...messages.slice(15, 16)], messages.slice(16, 17), messages.slice(17)]);
    const [a] = people as [typeof watch];
    script.tipset([
      [
        script.send(a, watch.address, 1n, { from: idOf(a) }),
        script.send(a, watch.address, 2n, { from: idOf(a), nonce: script.nonce(a) - 1 }),
        script.send(a, watch.address, 3n, { nonce: script.nonce(a) + 1 }),
        script.send(a, watch.address, 4n),
      ],
    ]);
  },
};

/** The first message of an Ethereum account changes its code; new accounts are paid, and pay. */
const promotion: Case = {
  name: "promotion",
  funds: { "late eth": ["delegated", 0n] },
  write(script) {
    const [watch, rich] = [script.person("bls 0"), script.person("bls 1")];
    const fresh = [0, 1, 2, 3].map((i) => script.person(`eth ${i}`));
    const late = script.person("late eth");
    const look = () => script.call(watch, "Watcher", LOOK, [ethOf(...fresh, late)]);
    const [a, b, c, d] = fresh as [typeof rich, typeof rich, typeof rich, typeof rich];
    script.tipset([
      [
        look(),
        script.send(a, rich.address, 1n),
        look(),
        script.call(b, "Spinner", "add(uint256)", [3]),
        script.send(c, rich.address, 1n, { nonce: 1 }),
        look(),
        script.send(late, rich.address, 1n, { nonce: 0 }),
        script.send(rich, late.address, FIL),
        script.send(late, rich.address, 1n, { nonce: 0 }),
        look(),
      ],
      [
        script.send(d, rich.address, 10n ** 30n),
        script.send(c, rich.address, 1n, { from: idOf(c), nonce: 0 }),
        look(),
        script.create(d, "Spinner").message,
        script.send(late, a.address, 2n, { nonce: 1 }),
        look(),
      ],
    ]);
  },
};

/** Messages that are in several blocks, and others with the same nonce. */
const duplicates: Case = {
  name: "duplicates",
  write(script) {
    const [a, b, c] = [script.person("bls 0"), script.person("eth 0"), script.person("secp 0")];
    const first = script.send(a, b.address, 5n);
    const second = script.call(b, "Spinner", "add(uint256)", [2]);
    const third = script.call(c, "Watcher", LOOK, [ethOf(a, b, c)]);
    const rival = script.send(b, a.address, 9n, { nonce: second.nonce });
    const next = script.call(b, "Spinner", "spin(uint256)", [1]);
    script.tipset([
      [first, second, third],
      [first, rival, next],
      [second, third, next, script.send(a, c.address, 1n)],
      [rival, first],
    ]);
    script.tipset([[second, script.send(b, c.address, 1n)], [first]]);
  },
};

export const senderCases: readonly Case[] = [nonceChain, twoAddresses, promotion, duplicates];
