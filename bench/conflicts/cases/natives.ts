import { idAddress } from "#src/address/address.js";
import { maskedId } from "#src/builtin/evm/index.js";
import { exportedMethodNumber } from "#src/builtin/frc42.js";
import { announcementOf } from "#src/chain/devnet/announcement.js";
import { sealedCid } from "#src/chain/devnet/commitments.js";
import { SECTOR_LIFETIME } from "#src/chain/devnet/epochs.js";
import { noBytes } from "#src/util/bytes.js";
import { SingletonId } from "#src/vm/state-tree/actor-state.js";
import { type Case, FIL } from "../case.js";
import { FIRST_PARENT } from "../first-state.js";
import { makeMiner } from "../make-miner.js";
import type { Miner, Person } from "../population.js";
import { ethOf, type Script } from "../script.js";

const MINER = { withdraw: 16 } as const;
const MARKET = { addBalance: 2, withdraw: 3 } as const;
const MULTISIG = { propose: 2, approve: 3, cancel: 4 } as const;
const MARKET_ID = idAddress(SingletonId.Market);
const LOOK = "look(address[])";

/** Miners that announce sectors and withdraw after they have been rewarded in the same tipset. */
const minerRewards: Case = {
  name: "miner-rewards",
  write(script) {
    const miners = [0, 1, 2].map((i) => script.miner(i)) as [Miner, Miner, Miner];
    const watch = script.person("eth 0");
    let sector = 0;
    const announce = ({ address, worker }: Miner) => {
      const number = sector++;
      const epoch = FIRST_PARENT + script.nextOffset;
      const sealed = sealedCid(new Uint8Array(32).fill(number + 1));
      const announced = { number, seal: script.state.sectors.seal, sealed, sealedAt: epoch - 20 };
      const { method, params } = announcementOf(
        [{ ...announced, expiration: epoch + SECTOR_LIFETIME }],
        script.state.networkVersion,
      );
      return script.ask(worker, address, method, params);
    };
    /** All that may be taken. */
    const withdraw = ({ address, owner }: Miner, from = owner) =>
      script.ask(from, address, MINER.withdraw, [10n ** 30n]);
    const look = () => {
      const ids = [SingletonId.Reward, SingletonId.Power, SingletonId.Market].map((id) => maskedId(id));
      return script.call(watch, "Watcher", LOOK, [[...ids, ...ethOf(...miners.map(({ owner }) => owner))]]);
    };
    const pay = ({ address }: Miner, value: bigint) => script.send(watch, address, value * FIL);
    const [a, b, c] = miners;
    /** Payments: that to `a` is enough for a sector's deposit with the reward, that to `b` is not. */
    const tipset = (enough: bigint, tooLittle: bigint) => [
      [announce(a), announce(b), withdraw(a), withdraw(b), look()],
      [withdraw(a), pay(a, enough), announce(a), announce(c), look()],
      [withdraw(b), pay(b, tooLittle), withdraw(c, a.owner), withdraw(c), announce(b), look(), withdraw(a)],
    ];
    script.tipset(tipset(16n, 15n));
    script.tipset(tipset(9n, 6n), { after: 3 });
  },
};

/** The market's escrow: many put in, and take out what others have put in for them. */
const escrow: Case = {
  name: "escrow",
  write(script) {
    const people = [0, 1, 2, 3].map((i) => script.person(`bls ${i}`)) as [Person, Person, Person, Person];
    const add = (from: Person, to: Person, value: bigint) =>
      script.ask(from, MARKET_ID, MARKET.addBalance, { address: to.address }, { value });
    const take = (from: Person, value: bigint) =>
      script.ask(from, MARKET_ID, MARKET.withdraw, [{ address: from.address }, value]);
    const [a, b, c, d] = people;
    const { address } = script.miner(0);
    const provider = script.ask(d, MARKET_ID, MARKET.addBalance, { address }, { value: FIL });
    const late = script.ask(script.miner(0).owner, MARKET_ID, MARKET.withdraw, [{ address }, 2n * FIL]);
    script.tipset([
      [add(a, b, 5n), take(b, 3n), take(b, 3n), take(c, 1n), add(b, c, 7n), take(c, 100n), provider],
      [add(c, a, 1n), take(a, 1n), add(d, d, FIL), take(d, FIL), late],
    ]);
  },
};

/** Votes of several signers, of whom the second one sends the value, if it is there. */
const votes: Case = {
  name: "votes",
  write(script) {
    const [a, b, c] = [script.person("secp 1"), script.person("bls 1"), script.person("bls 2")];
    const stranger = script.person("bls 3");
    const { robust, id } = script.state.multisig;
    const propose = (from: Person, to: Person, value: bigint) =>
      script.ask(from, robust, MULTISIG.propose, [{ address: to.address }, value, 0, noBytes()]);
    const approve = (from: Person, transaction: number) =>
      script.ask(from, id, MULTISIG.approve, [transaction, noBytes()]);
    script.tipset([
      [
        propose(b, stranger, 4n * FIL),
        approve(c, 0),
        approve(b, 0),
        propose(c, b, 2n * FIL),
        approve(b, 1),
        script.send(stranger, robust, 3n * FIL),
        propose(b, c, 2n * FIL),
        propose(stranger, b, 1n),
      ],
      [
        approve(a, 2),
        propose(a, a, FIL),
        script.ask(b, robust, MULTISIG.cancel, [3, noBytes()]),
        approve(stranger, 3),
        approve(b, 3),
      ],
      [approve(c, 3), script.send(stranger, id, 1n), ...selfTransfer(script, c, b)],
    ]);
  },
};

/** A transaction of the multisig with itself. */
function selfTransfer(script: Script, first: Person, second: Person) {
  const { robust } = script.state.multisig;
  return [
    script.ask(first, robust, MULTISIG.propose, [{ address: robust }, FIL / 2n, 0, noBytes()]),
    script.ask(second, robust, MULTISIG.approve, [4, noBytes()]),
  ];
}

/** Contracts ask the power actor and others while miners are made. */
const powerAsked: Case = {
  name: "power-asked",
  write(script) {
    const askers = [0, 1, 2].map((i) => script.person(`eth ${i}`)) as [Person, Person, Person];
    const ask = (from: Person, ...questions: readonly (readonly [actor: number, method: string])[]) => {
      const actors = questions.map(([actor]) => actor);
      const methods = questions.map(([, method]) => exportedMethodNumber(method));
      return script.call(from, "Natives", "ask(uint64[],uint64[])", [actors, methods]);
    };
    const power = [
      [SingletonId.Power, "NetworkRawPower"],
      [SingletonId.Power, "MinerCount"],
    ] as const;
    const all = (from: Person) => ask(from, ...power, [SingletonId.DataCap, "TotalSupply"]);
    const [a, b, c] = askers;
    const [first, second] = [script.person("bls 0"), script.person("bls 1")];
    script.tipset([
      [ask(a, power[1]), makeMiner(script, first), all(b), makeMiner(script, second, 1n), all(c)],
      [ask(a, power[1]), makeMiner(script, second), ask(c, power[0]), all(b)],
    ]);
    script.tipset([[makeMiner(script, first), ask(a, ...power)]], { after: 2 });
  },
};

export const nativeCases: readonly Case[] = [minerRewards, escrow, votes, powerAsked];
