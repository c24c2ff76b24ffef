import type { Address } from "../../../../address/address.js";
import { type EthAddress, filecoinToEth } from "../../../../builtin/evm/index.js";
import { exportedMethodNumber } from "../../../../builtin/frc42.js";
import { SingletonId } from "../../../../vm/state-tree/actor-state.js";
import type { Draft, Drafting, Scene } from "../draft.js";
import { caller } from "../senders.js";
import { Batch, Natives, Worker } from "./bytecode.js";
import { evmCall, evmCreate, evmInput } from "./call.js";

const GAS = { create: 300_000_000, work: 300_000_000, ask: 150_000_000, give: 250_000_000 } as const;
const MOST_LEAVES = 60;
const MOST_ASKED = 4;
const MOST_GIVEN = 8;
const SEEDS = 1000;

/** Questions to builtin actors that have an answer on all networks with contracts. */
const QUESTIONS = [
  [SingletonId.Power, exportedMethodNumber("NetworkRawPower")],
  [SingletonId.Power, exportedMethodNumber("MinerCount")],
  [SingletonId.DataCap, exportedMethodNumber("Name")],
  [SingletonId.DataCap, exportedMethodNumber("TotalSupply")],
] as const;

/** A contract that computes and hashes. */
export const hashMuch: Drafting = onContract("worker", Worker.initcode, (scene, contract) => {
  const { draw } = scene;
  const input = evmInput(
    Worker.selectors["work(uint256,uint256)"],
    draw.below(SEEDS),
    1 + draw.below(MOST_LEAVES),
  );
  return evmCall(caller(draw, scene.world), contract, input, GAS.work);
});

/** A contract that calls builtin actors. */
export const askActors: Drafting = onContract("natives", Natives.initcode, ({ draw, world }, contract) => {
  const asked = Array.from({ length: 1 + draw.below(MOST_ASKED) }, () => draw.pick(QUESTIONS));
  const input = evmInput(
    Natives.selectors["ask(uint64[],uint64[])"],
    asked.map(([actor]) => actor),
    asked.map(([, method]) => method),
  );
  return evmCall(caller(draw, world), contract, input, GAS.ask);
});

/** Several calls in one: tokens for many. */
export const giveMany: Drafting = onContract("batch", Batch.initcode, ({ draw, world }, contract) => {
  if (world.markets.length === 0) return undefined;
  const to = world.senders.filter(({ type }) => type === "delegated");
  const input = evmInput(
    Batch.selectors["give(address,address[],uint256)"],
    filecoinToEth(draw.pick(draw.pick(world.markets).tokens)) as EthAddress,
    Array.from(
      { length: 2 + draw.below(MOST_GIVEN - 1) },
      () => filecoinToEth(draw.pick(to).address) as EthAddress,
    ),
    1 + draw.below(SEEDS),
  );
  return evmCall(caller(draw, world), contract, input, GAS.give);
});

/** A call of a contract, of which one is enough for all; creates it first. */
function onContract(
  name: "worker" | "natives" | "batch",
  initcode: Uint8Array,
  call: (scene: Scene, contract: Address) => Draft | undefined,
): Drafting {
  return (scene) => {
    const { draw, world } = scene;
    const contract = world.contracts.get(name);
    if (contract !== undefined) return call(scene, contract);
    return evmCreate(caller(draw, world), initcode, GAS.create, (made) => world.contracts.set(name, made));
  };
}
