import { type Address, idAddress } from "#src/address/address.js";
import { type EthAddress, ethToFilecoin, filecoinToEth, maskedId } from "#src/builtin/evm/index.js";
import { params } from "#src/chain/devnet/params.js";
import { childOf } from "#src/chain/devnet/traffic/evm/call.js";
import { keccak } from "#src/chain/signatures/eth-sender.js";
import { SigningKey } from "#src/chain/signatures/keys.js";
import { noBytes } from "#src/util/bytes.js";
import { SingletonId } from "#src/vm/state-tree/actor-state.js";
import { type Case, FIL } from "../case.js";
import { makeMiner } from "../make-miner.js";
import { idOf, type Person } from "../population.js";
import { ethOf, type Script } from "../script.js";

const EXEC = 2;
const COLLECT = 4;
const LOOK = "look(address[])";
const INIT = idAddress(SingletonId.Init);

const ethAddress = (address: Address) => filecoinToEth(address) as EthAddress;

/** Contracts that are called in the tipset that creates them, before it and after. */
const createAndCall: Case = {
  name: "create-and-call",
  write(script) {
    const [a, b, c, d] = [0, 1, 2, 3].map((i) => script.person(`eth ${i}`)) as [
      Person,
      Person,
      Person,
      Person,
    ];
    const [factory, { selectors }] = [script.contract("Factory"), script.contract("Mortal")];
    const touch = (from: Person, to: Address, value = 0n) =>
      script.callAt(from, to, selectors, "touch()", [], { value });
    const [first, second] = [childOf(a.address, 1), childOf(factory.address, 1)];
    const salted = ethToFilecoin(saltedChild(script));
    const salt = [BigInt(SALT)];
    script.tipset([
      [
        // Paid before it is there, it begins with what it has been paid.
        script.send(b, first, FIL),
        touch(c, second),
        script.call(d, "Watcher", LOOK, [[ethAddress(first), ethAddress(second)]]),
        script.send(a, b.address, 1n),
        script.create(a, "Mortal", { value: FIL }).message,
        touch(b, first, 5n),
        script.call(c, "Factory", "make()", [], { value: 3n }),
        touch(b, second),
        script.call(d, "Factory", "touchLast()", []),
        script.call(d, "Watcher", LOOK, [[ethAddress(first), ethAddress(second)]]),
      ],
      [
        script.call(a, "Factory", "makeAt(bytes32)", salt),
        script.call(b, "Factory", "makeAt(bytes32)", salt),
        touch(c, salted, 1n),
        script.call(c, "Factory", "makeAndEnd(address)", [d.eth], { value: 7n }),
        script.call(d, "Factory", "touchLast()", []),
        script.create(b, "Spinner").message,
        script.create(d, "Exchange").message,
      ],
    ]);
    script.tipset([
      [touch(a, first), touch(b, second), touch(c, salted), script.call(d, "Factory", "touchLast()", [])],
    ]);
  },
};

const SALT = 77;

/** Source: EIP-1014. */
function saltedChild(script: Script): EthAddress {
  const word = SALT.toString(16).padStart(64, "0");
  const code = Buffer.from(keccak(script.initcode("Mortal"))).toString("hex");
  const text = `ff${script.contract("Factory").eth.slice(2)}${word}${code}`;
  return `0x${Buffer.from(keccak(Buffer.from(text, "hex")))
    .toString("hex")
    .slice(-40)}`;
}

/** All kinds of new actors, made at once: which ID each has depends on those before it. */
const creators: Case = {
  name: "creators",
  write(script) {
    const eth = [0, 1, 2].map((i) => script.person(`eth ${i}`)) as [Person, Person, Person];
    const bls = [0, 1, 2].map((i) => script.person(`bls ${i}`)) as [Person, Person, Person];
    const newcomer = (name: string, type: "bls" | "secp256k1" | "delegated") =>
      SigningKey.fromSeed(type, name).address;
    const multisig = (from: Person) => {
      const terms = params([bls.map(({ address }) => ({ address })), 1, 0, 0]);
      const call = [{ cid: script.state.codeOf("multisig") }, terms];
      return script.ask(from, INIT, EXEC, call, { value: FIL });
    };
    const channel = (from: Person, to: Person) => {
      const terms = params([{ address: from.address }, { address: to.address }]);
      return script.ask(from, INIT, EXEC, [{ cid: script.state.codeOf("paymentchannel") }, terms]);
    };
    const [paid, twice] = [newcomer("paid", "bls"), newcomer("twice", "secp256k1")];
    // IDs that some of these get.
    const nextId = (i: number) => script.state.nextId + i;
    const payId = (from: Person, i: number) => script.send(from, idAddress(nextId(i)), 5n);
    const payNew = (from: Person, to: EthAddress) =>
      script.call(from, "Purse", "pay(address,uint256)", [to, 7n]);
    const unborn = ethAddress(newcomer("unborn", "delegated"));
    script.tipset([
      [
        ...[payId(bls[0], 0), payId(bls[1], 3), payNew(eth[2], maskedId(nextId(1)))],
        script.create(eth[0], "Spinner").message,
        ...[payId(bls[0], 0), payNew(eth[2], unborn), payNew(eth[1], maskedId(nextId(1)))],
        multisig(bls[0]),
        script.send(bls[1], paid, 1n),
        script.create(eth[1], "Watcher").message,
        channel(bls[1], bls[2]),
        script.send(bls[0], twice, 1n),
        script.call(eth[2], "Factory", "make()", []),
        script.send(bls[2], twice, 2n),
        makeMiner(script, bls[2]),
        script.send(eth[0], newcomer("placeholder", "delegated"), 3n),
        script.create(eth[0], "Clock").message,
      ],
      [
        ...[
          payNew(eth[0], unborn),
          payId(bls[1], 3),
          payId(bls[2], 14),
          payNew(eth[2], maskedId(nextId(14))),
        ],
        multisig(bls[1]),
        // Fails, and leaves no actor.
        script.ask(bls[0], INIT, EXEC, [{ cid: script.state.codeOf("account") }, noBytes()]),
        script.send(bls[2], newcomer("unpaid", "secp256k1"), 10n ** 30n),
        script.call(eth[1], "Factory", "make()", []),
        script.send(eth[1], newcomer("placeholder", "delegated"), 4n),
        makeMiner(script, bls[0]),
        script.create(eth[2], "Exchange").message,
        channel(bls[0], bls[1]),
        ...[payId(bls[1], 14), payNew(eth[0], maskedId(nextId(14)))],
      ],
    ]);
    script.tipset([[script.create(eth[1], "Spinner").message, multisig(bls[2])], [channel(bls[2], bls[0])]]);
  },
};

/** Actors that end, and what others send to them meanwhile. */
const deleteAndPay: Case = {
  name: "delete-and-pay",
  write(script) {
    const [a, b, c] = [0, 1, 2].map((i) => script.person(`eth ${i}`)) as [Person, Person, Person];
    const [payer, payee, other] = [script.person("secp 0"), script.person("bls 0"), script.person("bls 1")];
    const mortal = script.contract("Mortal");
    const { channel } = script.state;
    const look = () => script.call(c, "Watcher", LOOK, [ethOf(mortal, a, b)]);
    script.tipset([
      [
        script.call(a, "Mortal", "touch()", [], { value: 3n }),
        look(),
        script.call(b, "Mortal", "end(address)", [a.eth]),
        script.call(a, "Mortal", "touch()", [], { value: 4n }),
        script.send(a, mortal.address, 5n),
        look(),
        script.call(b, "Mortal", "end(address)", [b.eth]),
        script.send(other, channel.robust, FIL),
        script.send(other, channel.id, FIL),
        script.ask(payee, channel.robust, COLLECT, noBytes()),
        script.send(other, channel.robust, 1n),
        script.send(other, channel.id, 2n),
        script.ask(payee, channel.id, COLLECT, noBytes()),
        script.call(c, "Purse", "pay(address,uint256)", [mortal.eth, FIL]),
        look(),
      ],
      [
        script.send(payer, channel.robust, 3n),
        script.ask(payer, channel.robust, COLLECT, noBytes()),
        script.send(payer, idOf(payee), 1n),
        script.call(c, "Purse", "sweep(address)", [mortal.eth]),
      ],
    ]);
    script.tipset([[script.call(a, "Mortal", "touch()", []), look(), script.send(other, channel.id, 2n)]]);
  },
};

/** Contracts that hardly anybody shares: most messages of the second tipset have nothing to do with each other. */
const apart: Case = {
  name: "apart",
  write(script) {
    const people = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => script.person(`eth ${i}`));
    const made = people.map((from) => script.create(from, "Spinner"));
    script.tipset([made.map(({ message }) => message)]);
    const { selectors } = script.contract("Spinner");
    const spin = (from: Person, owner: number, round: number) => {
      const { made: to } = made[owner] as (typeof made)[number];
      return round === 0
        ? script.callAt(from, to, selectors, "add(uint256)", [10 * (1 + owner)])
        : script.callAt(from, to, selectors, "spin(uint256)", [round]);
    };
    const blocks = [0, 1, 2, 3].map((block) =>
      [0, 1].flatMap((half) => people.map((from, i) => spin(from, i, 2 * block + half))),
    );
    // One of them looks after its neighbour's contract.
    script.tipset([
      ...blocks,
      people.map((from, i) => spin(from, (i + (i === 3 ? 1 : 0)) % people.length, 9)),
    ]);
  },
};

export const creationCases: readonly Case[] = [createAndCall, creators, deleteAndPay, apart];
