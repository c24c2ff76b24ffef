import { maskedId } from "#src/builtin/evm/index.js";
import { SingletonId } from "#src/vm/state-tree/actor-state.js";
import { type Case, FIL } from "../case.js";
import type { Person } from "../population.js";
import { ethOf, type Script } from "../script.js";

const LOOK = "look(address[])";
const GO = "go(uint256)";
const CHOOSE = "choose(address)";

const eths = (script: Script) =>
  [0, 1, 2, 3].map((i) => script.person(`eth ${i}`)) as [Person, Person, Person, Person];

/** Contracts whose blocks nobody has, which some messages reach because of those before them. */
const absentBlocks: Case = {
  name: "absent-blocks",
  absent: [
    { contract: "Clock", part: "state" },
    { contract: "Purse", part: "bytecode" },
    { contract: "token 0", part: "storage" },
  ],
  write(script) {
    const [a, b, c, d] = eths(script);
    const [clock, spinner] = [script.contract("Clock"), script.contract("Spinner")];
    const purse = script.contract("Purse");
    const swap = (from: Person) =>
      script.call(from, "Exchange", "swap(uint256,uint256,uint256)", [0, 1000, 0]);
    script.tipset([
      [
        script.call(a, "Clock", "tick()", []),
        script.send(a, clock.address, 1n),
        script.send(a, b.address, 1n),
        // The target that is called decides whether something is missing.
        script.call(b, "Switch", CHOOSE, [spinner.eth]),
        script.call(c, "Switch", GO, [1]),
        script.call(b, "Switch", CHOOSE, [clock.eth]),
        script.call(c, "Switch", GO, [2], { value: 3n }),
        script.call(b, "Switch", CHOOSE, [purse.eth]),
        script.call(d, "Switch", GO, [3]),
        script.call(b, "Switch", CHOOSE, [spinner.eth]),
        script.call(d, "Switch", GO, [4]),
        script.call(d, "Watcher", LOOK, [ethOf(clock, a, d)]),
      ],
      [
        script.call(a, "token 0", "transfer(address,uint256)", [b.eth, 5]),
        script.call(b, "token 1", "transfer(address,uint256)", [c.eth, 5]),
        swap(c),
        script.call(b, "Purse", "sweep(address)", [c.eth]),
        script.call(d, "Watcher", LOOK, [ethOf(purse, c, d)]),
        script.call(c, "token 0", "mint(address,uint256)", [d.eth, 5]),
        script.send(c, d.address, FIL),
      ],
    ]);
    script.tipset([[script.call(c, "Switch", GO, [5]), swap(d), script.send(d, clock.address, 1n)]]);
  },
};

/** The contract that is called is what another message has written. */
const choices: Case = {
  name: "choices",
  write(script) {
    const [a, b, c, d] = eths(script);
    const targets = ["Spinner", "Purse", "Clock", "token 0"].map((name) => script.contract(name));
    const round = (i: number) => [
      script.call(a, "Switch", CHOOSE, [(targets[i % targets.length] as Person).eth]),
      script.call(b, "Switch", GO, [i], { value: BigInt(i) }),
      script.call(c, "Spinner", "spin(uint256)", [i]),
      script.call(d, "Switch", GO, [i + 1]),
      script.call(b, "Spinner", "set(uint256)", [i]),
    ];
    script.tipset([[...round(0), ...round(1)], round(2)]);
    script.tipset([
      [script.call(d, "Switch", CHOOSE, [maskedId(SingletonId.BurntFunds)]), ...round(3), ...round(4)],
    ]);
    script.tipset([
      [script.call(a, "Switch", CHOOSE, [b.eth]), script.call(c, "Switch", GO, [9], { value: 1n })],
    ]);
  },
};

/** How much gas a message needs, and whether it has enough, is what others have written. */
const gas: Case = {
  name: "gas-of-others",
  write(script) {
    const [a, b, c, d] = eths(script);
    const spin = (from: Person, gasLimit: number) =>
      script.call(from, "Spinner", "spin(uint256)", [7], { gasLimit });
    const add = (from: Person, turns: number) => script.call(from, "Spinner", "add(uint256)", [turns]);
    script.tipset([
      [
        ...[spin(a, 8_000_000), spin(a, 20_000_000), add(b, 50), spin(a, 20_000_000), spin(c, 60_000_000)],
        ...[add(d, 500), spin(a, 60_000_000), spin(c, 300_000_000), add(b, 2000), spin(c, 300_000_000)],
        ...[spin(d, 1_500_000_000), script.call(b, "Watcher", LOOK, [ethOf(a, b, c, d)])],
      ],
      [script.call(a, "Spinner", "set(uint256)", [1]), spin(b, 20_000_000), add(c, 30), spin(d, 20_000_000)],
    ]);
  },
};

/** Epochs without blocks between tipsets, and contracts that ask for the time and for randomness. */
const nullRounds: Case = {
  name: "null-rounds",
  write(script) {
    const [a, b, c, d] = eths(script);
    const reward = maskedId(SingletonId.Reward);
    const messages = () => [
      script.call(a, "Clock", "tick()", []),
      script.call(b, "Clock", "tick()", []),
      script.call(c, "Watcher", LOOK, [[reward, maskedId(SingletonId.BurntFunds), ...ethOf(a, b)]]),
      script.call(d, "Exchange", "swap(uint256,uint256,uint256)", [0, 10 ** 9, 0]),
      script.call(a, "Exchange", "swap(uint256,uint256,uint256)", [1, 10 ** 9, 0]),
    ];
    for (const [after, baseFee] of [
      [1, 100],
      [2, 112],
      [1, 126],
      [5, 0],
      [9, 9_000],
      [1, 10_500],
    ] as const) {
      script.tipset([messages(), [], messages()], { after, baseFee });
    }
    script.tipset([[]]);
    script.tipset([messages()]);
  },
};

export const stateCases: readonly Case[] = [absentBlocks, choices, gas, nullRounds];
