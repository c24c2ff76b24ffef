/** `Filecoin.State*`: actors, miners, supply and the network, in the state before a tipset. */
import { type Address, idAddress } from "../../../address/address.js";
import type { ChainReadOptions } from "../../../chain/history/chain.js";
import { stateBefore } from "../../../chain/history/lookback.js";
import type { InspectedState } from "../../../inspect/state/inspected-state.js";
import { type ListedActor, listActors } from "../../../inspect/state/list-actors.js";
import { retryingInside } from "../../../ipld/retrying.js";
import type { Waits } from "../../../util/waits.js";
import { ACTOR_NOT_FOUND, ActorsIn, accountKey, onParentState } from "../../filecoin/actors.js";
import { failed, wrapping } from "../../filecoin/failures.js";
import { cidJson } from "../../filecoin/json.js";
import { listMiners, minerInfo, minerPower } from "../../filecoin/miners.js";
import { NO_ADDRESS, parseGoAddress } from "../../filecoin/parse.js";
import { stateJson } from "../../filecoin/state-json.js";
import { exactSupply, vmSupply } from "../../filecoin/supply.js";
import { namedTipset, type TipsetKey } from "../../filecoin/tipsets.js";
import type { Node } from "../../node.js";
import { ParamError, RpcError, rpcCode } from "../../rpc/errors.js";
import { lenient, methodsOf, required } from "../../rpc/method.js";
import { address, answers, text, tipsetKey } from "./shapes.js";
import { writer } from "./writer.js";

const method = methodsOf<Node>();

/** Reads actors in the state before a tipset. */
async function onActors<T>(
  { chain }: Node,
  key: TipsetKey,
  options: ChainReadOptions,
  read: (actors: ActorsIn, state: InspectedState) => Waits<T>,
): Promise<T> {
  const tipset = await namedTipset(chain, key, options);
  return onParentState(chain, tipset, (state) => read(new ActorsIn(state, chain), state), options);
}

/** An answer that holds addresses of the node's network. */
const noActor = () => new RpcError(rpcCode.actorNotFound, ACTOR_NOT_FOUND);

export const stateMethods = [
  method({
    name: "Filecoin.StateGetActor",
    summary: "An actor before a tipset.",
    versions: ["v0", "v1"],
    params: [required("actor", address), lenient("key", tipsetKey)],
    result: answers.actor,
    call: ({ node, signal }, actor, key) => getActor(node, actor, key, { signal }),
  }),
  method({
    name: "Filecoin.StateReadState",
    summary: "An actor before a tipset, with what it keeps.",
    params: [required("actor", address), lenient("key", tipsetKey)],
    result: answers.object,
    call: async ({ node, signal }, actor, key) =>
      wrapping("getting actor", () =>
        onActors(node, key, { signal }, function* (actors, state) {
          const { balance, code, state: root } = yield* actors.actor(actor);
          const data = yield* retryingInside(() => state.blocks.get(root));
          const shown = stateJson(state.actors, state.actors.typeOf(code), data, node.chain.network.letter);
          return { Balance: String(balance), Code: cidJson(code), State: shown };
        }),
      ),
  }),
  method({
    name: "Filecoin.StateLookupID",
    summary: "The f0 address of an actor.",
    params: [required("address", address), lenient("key", tipsetKey)],
    result: answers.text,
    call: ({ node, signal }, given, key) => lookupId(node, given, key, { signal }),
  }),
  method({
    name: "Filecoin.StateLookupRobustAddress",
    summary: "The address from which an actor got its ID.",
    params: [required("address", address), lenient("key", tipsetKey)],
    result: answers.text,
    call: async ({ node, signal }, given, key) =>
      onActors(node, key, { signal }, function* (actors) {
        return writer(node).address(yield* actors.robust(given));
      }),
  }),
  method({
    name: "Filecoin.StateAccountKey",
    summary: "The address of the key that signs for an account.",
    params: [required("address", address), lenient("key", tipsetKey)],
    result: answers.text,
    call: async ({ node, signal }, given, key) => {
      const tipset = await namedTipset(node.chain, key, { signal });
      return writer(node).address(await accountKey(node.chain, tipset, given, { signal }));
    },
  }),
  method({
    name: "Filecoin.StateListActors",
    summary: "All actors before a tipset.",
    params: [lenient("key", tipsetKey)],
    result: answers.texts,
    call: async ({ node, signal }, key) => {
      const { chain } = node;
      const tipset = await namedTipset(chain, key, { signal });
      const json = writer(node);
      return wrapping(undefined, async () => {
        const at = await stateBefore(chain.chain, chain.network, tipset, { signal });
        const found: string[] = [];
        const tell = ({ id }: ListedActor) => void found.push(json.address(idAddress(id)));
        await listActors(chain.chain.blockstore, at, tell, { signal });
        return found;
      });
    },
  }),
  method({
    name: "Filecoin.StateListMiners",
    summary: "All miners before a tipset.",
    params: [lenient("key", tipsetKey)],
    result: answers.texts,
    call: async ({ node, signal }, key) => {
      const tipset = await namedTipset(node.chain, key, { signal });
      const json = writer(node);
      return (await listMiners(node.chain, tipset, { signal })).map((miner) => json.address(miner));
    },
  }),
  method({
    name: "Filecoin.StateMinerInfo",
    summary: "A miner's owner, worker and settings.",
    params: [required("miner", address), lenient("key", tipsetKey)],
    result: answers.object,
    call: async ({ node, signal }, miner, key) =>
      minerInfo(node.chain, await namedTipset(node.chain, key, { signal }), miner, { signal }),
  }),
  method({
    name: "Filecoin.StateMinerPower",
    summary: "Power of a miner and of the network, in bytes.",
    params: [required("miner", address), lenient("key", tipsetKey)],
    result: answers.object,
    call: async ({ node, signal }, miner, key) =>
      minerPower(node.chain, await namedTipset(node.chain, key, { signal }), miner, { signal }),
  }),
  method({
    name: "Filecoin.StateCirculatingSupply",
    summary: "attoFIL that circulate: the sum over all actors.",
    params: [lenient("key", tipsetKey)],
    result: answers.amount,
    call: async ({ node, signal }, key) => {
      const tipset = await namedTipset(node.chain, key, { signal });
      return String(await exactSupply(node.chain, tipset, { signal }));
    },
  }),
  method({
    name: "Filecoin.StateVMCirculatingSupplyInternal",
    summary: "The supply that actors are told, in its parts.",
    params: [lenient("key", tipsetKey)],
    result: answers.object,
    call: async ({ node, signal }, key) => {
      const tipset = await namedTipset(node.chain, key, { signal });
      return vmSupply(node.chain, tipset, { signal });
    },
  }),
  method({
    name: "Filecoin.WalletBalance",
    summary: "attoFIL of an actor, before the head.",
    params: [required("address", address)],
    result: answers.amount,
    call: async ({ node, signal }, given) =>
      onActors(node, undefined, { signal }, function* (actors) {
        if (given === undefined) return String((yield* actors.actor(given)).balance);
        return String((yield* actors.found(given))?.balance ?? 0n);
      }),
  }),
  method({
    name: "Filecoin.WalletValidateAddress",
    summary: "An address by its text, if it is one.",
    params: [required("text", text)],
    result: answers.text,
    call: ({ node }, given) => {
      try {
        const found = parseGoAddress(given);
        return found === undefined ? NO_ADDRESS : writer(node).address(found);
      } catch (error) {
        throw error instanceof ParamError ? failed(error.message) : error;
      }
    },
  }),
];

/** An actor in Lotus's JSON. */
export async function getActor(
  node: Node,
  actor: Address | undefined,
  key: TipsetKey,
  options: ChainReadOptions,
) {
  return onActors(node, key, options, function* (actors) {
    return writer(node).actor(yield* actors.actor(actor));
  });
}

/** The f0 address of an actor, as text. Throws `RpcError` if there is none. */
export async function lookupId(
  node: Node,
  given: Address | undefined,
  key: TipsetKey,
  options: ChainReadOptions,
): Promise<string> {
  return onActors(node, key, options, function* (actors) {
    const id = given && (yield* actors.find(given));
    if (id === undefined) throw noActor();
    return writer(node).address(idAddress(id));
  });
}
