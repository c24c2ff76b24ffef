import { idAddress } from "#src/address/address.js";
import { maskedId } from "#src/builtin/evm/index.js";
import { Draw } from "#src/chain/devnet/draw.js";
import { SigningKey } from "#src/chain/signatures/keys.js";
import type { Message } from "#src/message/message.js";
import { noBytes } from "#src/util/bytes.js";
import { SingletonId } from "#src/vm/state-tree/actor-state.js";
import { type Case, FIL } from "../case.js";
import { idOf, type Person } from "../population.js";
import { ethOf, type Script } from "../script.js";

/** Messages of a kind, by how often they are drawn. */
type Weights = Partial<Record<keyof typeof KINDS, number>>;

interface Mix {
  readonly name: string;
  /** Messages of each block, of each tipset. */
  readonly tipsets: readonly (readonly number[])[];
  /** People who send. */
  readonly people: readonly string[];
  readonly weights: Weights;
}

/** A message in the drawing. */
interface Scene {
  readonly draw: Draw;
  readonly script: Script;
  readonly people: readonly Person[];
  readonly from: Person;
}

const MULTISIG = { propose: 2, approve: 3 } as const;
const MARKET = { addBalance: 2, withdraw: 3 } as const;
const MARKET_ID = idAddress(SingletonId.Market);
const MOST_TOKENS = 10 ** 12;
/** Newcomers of all mixes: several messages may pay the same one. */
const NEWCOMERS = 6;

const other = ({ draw, people }: Scene) => draw.pick(people);

const KINDS = {
  token({ draw, script, from, ...scene }: Scene) {
    const to = other({ draw, script, from, ...scene });
    const value = draw.chance(5) ? 10n ** 40n : draw.below(MOST_TOKENS);
    return script.call(from, `token ${draw.below(2)}`, "transfer(address,uint256)", [to.eth, value]);
  },
  swap({ draw, script, from }: Scene) {
    const method = "swap(uint256,uint256,uint256)";
    const least = draw.chance(10) ? 10n ** 30n : 0;
    return script.call(from, "Exchange", method, [draw.below(2), 1 + draw.below(MOST_TOKENS), least]);
  },
  send(scene: Scene) {
    const { draw, script, from } = scene;
    const to = other(scene);
    const value = draw.chance(5) ? 10n ** 30n : BigInt(draw.below(MOST_TOKENS)) * 10n ** 6n;
    const unusual = draw.chance(20) ? { from: idOf(from) } : {};
    return script.send(from, draw.chance(30) ? idOf(to) : to.address, value, unusual);
  },
  look(scene: Scene) {
    const { draw, script, from } = scene;
    const special = [SingletonId.BurntFunds, SingletonId.Reward].map((id) => maskedId(id));
    const whom = [...special, ...ethOf(other(scene), from, script.contract("Purse"))];
    return script.call(from, "Watcher", "look(address[])", [whom.filter(() => draw.chance(50))]);
  },
  purse(scene: Scene) {
    const { draw, script, from } = scene;
    const to = other(scene).eth;
    if (draw.chance(15)) return script.call(from, "Purse", "sweep(address)", [to]);
    const value = BigInt(draw.below(4)) * FIL;
    return script.call(from, "Purse", "pay(address,uint256)", [to, BigInt(draw.below(4)) * FIL], { value });
  },
  spin({ draw, script, from }: Scene) {
    if (draw.chance(50)) return script.call(from, "Spinner", "add(uint256)", [draw.below(20)]);
    const gasLimit = draw.pick([12_000_000, 25_000_000, 300_000_000]);
    return script.call(from, "Spinner", "spin(uint256)", [draw.below(10)], { gasLimit });
  },
  choose({ draw, script, from }: Scene) {
    if (draw.chance(60)) return script.call(from, "Switch", "go(uint256)", [draw.below(10)]);
    const target = script.contract(draw.pick(["Spinner", "Purse", "Clock", "Mortal"]));
    return script.call(from, "Switch", "choose(address)", [target.eth]);
  },
  make({ draw, script, from }: Scene) {
    if (draw.chance(30)) return script.call(from, "Factory", "touchLast()", []);
    if (draw.chance(50)) return script.call(from, "Factory", "make()", [], { value: BigInt(draw.below(5)) });
    return script.create(from, draw.pick(["Mortal", "Spinner", "Clock"])).message;
  },
  newcomer({ draw, script, from }: Scene) {
    const type = draw.pick(["bls", "secp256k1", "delegated"] as const);
    const { address } = SigningKey.fromSeed(type, `newcomer ${draw.below(NEWCOMERS)}`);
    return script.send(from, address, BigInt(draw.below(3)) * FIL);
  },
  mortal({ draw, script, from }: Scene) {
    const touch = () => script.call(from, "Mortal", "touch()", [], { value: BigInt(draw.below(5)) });
    return draw.chance(90) ? touch() : script.call(from, "Mortal", "end(address)", [from.eth]);
  },
  vote(scene: Scene) {
    const { draw, script, from } = scene;
    const { robust } = script.state.multisig;
    if (draw.chance(50)) return script.ask(from, robust, MULTISIG.approve, [draw.below(4), noBytes()]);
    const to = { address: other(scene).address };
    return script.ask(from, robust, MULTISIG.propose, [to, BigInt(draw.below(3)) * FIL, 0, noBytes()]);
  },
  escrow(scene: Scene) {
    const { draw, script, from } = scene;
    const value = BigInt(draw.below(9));
    const address = { address: other(scene).address };
    return draw.chance(50)
      ? script.ask(from, MARKET_ID, MARKET.addBalance, address, { value })
      : script.ask(from, MARKET_ID, MARKET.withdraw, [address, value]);
  },
  /** The nonce of an earlier message, or a later one. */
  mistake(scene: Scene) {
    const { draw, script, from } = scene;
    const nonce = Math.max(0, script.nonce(from) + draw.pick([-1, 1, 2]));
    return script.send(from, other(scene).address, 1n, { nonce });
  },
} satisfies Record<string, (scene: Scene) => Message>;

const ETH = ["eth 0", "eth 1", "eth 2", "eth 3", "eth 4", "eth 5", "eth 6", "eth 7"];
const NATIVE = ["bls 0", "bls 1", "bls 2", "bls 3", "secp 0", "secp 1", "secp 2", "secp 3"];
const ALL: Weights = {
  ...{ token: 15, swap: 15, send: 20, look: 10, purse: 8, spin: 8, choose: 5, make: 5, newcomer: 5 },
  ...{ mortal: 3, vote: 3, escrow: 3, mistake: 3 },
};

const MIXES: readonly Mix[] = [
  { name: "few", tipsets: [[20]], people: [...ETH.slice(0, 3), ...NATIVE.slice(0, 3)], weights: ALL },
  {
    name: "some",
    tipsets: [
      [15, 15],
      [10, 20, 10],
    ],
    people: [...ETH, ...NATIVE],
    weights: ALL,
  },
  { name: "many", tipsets: [[25, 25, 25, 25]], people: [...ETH, ...NATIVE], weights: ALL },
  { name: "full", tipsets: [[40, 40, 40, 40, 40]], people: [...ETH, ...NATIVE], weights: ALL },
  {
    name: "tokens",
    tipsets: [[60, 60]],
    people: [...ETH.slice(0, 4), "bls 0"],
    weights: { token: 10, swap: 5 },
  },
  {
    name: "lone-senders",
    tipsets: [[50], [30, 30]],
    people: [...ETH, ...NATIVE],
    weights: { swap: 10, send: 10, look: 5, mistake: 1 },
  },
  {
    name: "sends",
    tipsets: [[50, 50]],
    people: NATIVE.slice(0, 5),
    weights: { send: 20, newcomer: 4, look: 2, mistake: 1 },
  },
];

/** Messages drawn from a seed, of few accounts to few contracts. */
export const mixedCases: readonly Case[] = MIXES.map((mix) => ({
  name: `mixed-${mix.name}`,
  write: (script) => writeMix(script, mix),
}));

function writeMix(script: Script, { name, tipsets, people, weights }: Mix): void {
  const draw = new Draw(`conflicts/${name}`);
  const senders = people.map((person) => script.person(person));
  const kinds = Object.keys(KINDS) as (keyof typeof KINDS)[];
  const drawn = () => {
    const kind = draw.weighted(kinds, (each) => weights[each] ?? 0);
    return KINDS[kind]({ draw, script, people: senders, from: draw.pick(senders) });
  };
  for (const blocks of tipsets) {
    script.tipset(blocks.map((count) => Array.from({ length: count }, drawn)));
  }
}
