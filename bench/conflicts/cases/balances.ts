import { idAddress } from "#src/address/address.js";
import { maskedId } from "#src/builtin/evm/index.js";
import { SingletonId } from "#src/vm/state-tree/actor-state.js";
import { type Case, FIL } from "../case.js";
import type { Person } from "../population.js";
import { ethOf, type Script } from "../script.js";

const LOOK = "look(address[])";
const PAY = "pay(address,uint256)";
const SWEEP = "sweep(address)";
const SHARE = "share(address[],uint256)";
/** Costs nothing, and the miner pays the base fee: what a sender has then, depends on values alone. */
const FREE = { gasFeeCap: 0n, gasPremium: 0n } as const;
/** A message whose gas may cost exactly 1 FIL. */
const ONE_FIL = { gasLimit: 10_000_000, gasFeeCap: FIL / 10_000_000n, gasPremium: 0n } as const;

const BURNT = maskedId(SingletonId.BurntFunds);
const REWARD = maskedId(SingletonId.Reward);

/** Contracts look at what all messages and all blocks change: burnt funds, rewards, senders who pay for gas. */
const watched: Case = {
  name: "balances-watched",
  write(script) {
    const people = [0, 1, 2, 3].map((i) => script.person(`eth ${i}`));
    const native = [0, 1].map((i) => script.person(`bls ${i}`));
    const all = [...people, ...native];
    const look = (i: number) => {
      const from = all[i % all.length] as (typeof all)[number];
      return script.call(from, "Watcher", LOOK, [[BURNT, REWARD, ...ethOf(from, ...all)]]);
    };
    const send = (i: number) => {
      const [from, to] = [all[(i + 1) % all.length], all[(i + 2) % all.length]] as [Person, Person];
      return script.send(from, to.address, BigInt(i) * FIL);
    };
    for (const after of [1, 1, 3]) {
      const blocks = [0, 1, 2].map((block) =>
        Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? look(i + block) : send(i + block))),
      );
      script.tipset(blocks, { after });
    }
    const [a, b] = all as [Person, Person];
    const everybody = ethOf(...script.state.people.values());
    script.tipset([
      [
        script.send(a, idAddress(SingletonId.BurntFunds), FIL),
        script.call(b, "Purse", PAY, [BURNT, FIL]),
        look(0),
        script.send(b, idAddress(SingletonId.Reward), FIL),
        script.call(a, "Purse", PAY, [REWARD, FIL]),
        look(1),
        script.call(b, "Watcher", LOOK, [[...everybody, ...everybody]]),
      ],
      [look(2)],
    ]);
  },
};

/** The last value that somebody has, and one attoFIL more, after others have paid or taken something. */
const bounds: Case = {
  name: "balance-bounds",
  funds: {
    exact: ["bls", 5n * FIL],
    short: ["bls", 5n * FIL - 1n],
    poor: ["bls", 0n],
    gas: ["bls", FIL],
    "less gas": ["bls", FIL - 1n],
    "late gas": ["delegated", FIL - 1n],
  },
  write(script) {
    const [rich, other] = [script.person("bls 0"), script.person("eth 0")];
    const [exact, short, poor] = [script.person("exact"), script.person("short"), script.person("poor")];
    const gas = ["gas", "less gas", "late gas"].map((name) => script.person(name));
    const to = other.address;
    script.tipset([
      [
        script.send(exact, to, 5n * FIL, FREE),
        script.send(short, to, 5n * FIL, FREE),
        script.send(poor, to, 1n, FREE),
        script.send(rich, poor.address, 7n),
        script.send(poor, to, 7n, FREE),
        script.send(poor, to, 1n, FREE),
        script.send(rich, short.address, 1n),
        script.send(short, to, 5n * FIL, FREE),
        script.send(rich, exact.address, 3n),
        script.send(exact, to, 4n, FREE),
      ],
      [
        ...gas.map((from) => script.send(from, to, 1n, ONE_FIL)),
        script.send(rich, (gas[2] as typeof rich).address, 1n),
        script.send(gas[2] as typeof rich, to, 0n, { ...ONE_FIL, nonce: 0 }),
      ],
      purseBounds(script),
    ]);
  },
};

/** A contract with 10 FIL, which several empty. */
function purseBounds(script: Script) {
  const [a, b, c] = [script.person("eth 1"), script.person("eth 2"), script.person("bls 1")];
  const purse = script.contract("Purse");
  return [
    script.call(a, "Purse", PAY, [b.eth, 9n * FIL]),
    script.call(b, "Purse", PAY, [c.eth, FIL + 1n]),
    script.call(c, "Purse", PAY, [a.eth, FIL]),
    script.call(a, "Purse", PAY, [b.eth, 1n]),
    script.send(c, purse.address, 1n),
    script.call(b, "Purse", PAY, [a.eth, 1n]),
    script.call(b, "Watcher", "demand(address,uint256)", [purse.eth, 1n]),
    script.call(a, "Purse", SWEEP, [c.eth], { value: 5n }),
    script.call(a, "Watcher", "demand(address,uint256)", [purse.eth, 0n]),
  ];
}

/** Value that goes round among contracts and accounts, some of whom pay for gas meanwhile. */
const flows: Case = {
  name: "value-flows",
  write(script) {
    const people = [0, 1, 2, 3, 4].map((i) => script.person(`eth ${i}`));
    const [purse, mortal] = [script.contract("Purse"), script.contract("Mortal")];
    const at = (i: number) => people[i % people.length] as (typeof people)[number];
    const round = (i: number) => [
      script.send(at(i), purse.address, BigInt(i + 1) * FIL),
      script.call(at(i + 1), "Purse", SHARE, [ethOf(at(i), at(i + 2), mortal), FIL / 4n]),
      script.call(at(i + 2), "Purse", SWEEP, [at(i + 3).eth]),
      script.call(at(i + 3), "Purse", SHARE, [ethOf(at(i), at(i + 1)), FIL]),
      script.call(at(i + 4), "Mortal", "touch()", [], { value: FIL / 2n }),
      script.call(at(i + 3), "Watcher", LOOK, [ethOf(purse, mortal, at(i), at(i + 3))]),
    ];
    script.tipset([round(0), round(1)]);
    script.tipset([[...round(2), ...round(3), ...round(4)]]);
  },
};

export const balanceCases: readonly Case[] = [watched, bounds, flows];
