/** Blocks of a devnet that break one rule or another. */
import { expect } from "vitest";
import { type Address, idAddress } from "../../src/address/address.js";
import { writeBlocks } from "../../src/blockstore/access.js";
import type { DevnetChain } from "../../src/chain/devnet/devnet-chain.js";
import { type ChainTipset, chainTipset } from "../../src/chain/history/chain-tipset.js";
import { aggregateSignatures, type SigningKey } from "../../src/chain/signatures/keys.js";
import { type SignMessageOptions, signBlock, signMessage } from "../../src/chain/signatures/sign.js";
import type { BlockHeader } from "../../src/chain/types/header.js";
import { type BlockMessages, writeBlockMessages } from "../../src/chain/types/message-meta.js";
import type { SignedMessage } from "../../src/chain/types/signed-message.js";
import { BlockValidator, type BlockValidatorOptions } from "../../src/chain/validation/block-validator.js";
import type { BlockRefusal } from "../../src/chain/validation/refusal.js";
import type { Outcome } from "../../src/chain/validation/state-checks.js";
import { readActor } from "../../src/inspect/state/read-actor.js";
import type { Message } from "../../src/message/message.js";
import { makeDevnet } from "./devnet.js";

const GAS = 10_000_000;

/** A chain of some tipsets, and blocks on its head. */
export class Ground {
  private constructor(
    readonly devnet: DevnetChain,
    readonly base: ChainTipset,
    readonly outcome: Outcome,
    private readonly networkVersion: number,
  ) {}

  static async make(networkVersion = 28): Promise<Ground> {
    const devnet = await makeDevnet({ networkVersion });
    await devnet.mine();
    const base = await devnet.mine({ nullRounds: 1 });
    return new Ground(devnet, base, (await devnet.executeHead()) as Outcome, networkVersion);
  }

  /** Key of an account. */
  key(type: SigningKey["type"], place = 0): SigningKey {
    return this.devnet.accounts.filter((key) => key.type === type)[place] as SigningKey;
  }

  async idOf({ address }: SigningKey): Promise<Address> {
    const at = { root: this.outcome.stateRoot, network: this.networkVersion };
    return idAddress((await readActor(this.devnet.blockstore, at, address)).id);
  }

  message(from: Address, fields: Partial<Message> = {}): Message {
    return {
      ...{ version: 0, from, to: idAddress(99), nonce: 0, value: 1n, gasLimit: GAS },
      ...{ gasFeeCap: 1000n, gasPremium: 10n, method: 0, params: new Uint8Array(), ...fields },
    };
  }

  /** From a key's address, unless told otherwise. */
  signed(key: SigningKey, fields: Partial<Message> = {}, by = key, how: Partial<SignMessageOptions> = {}) {
    const options = { chainId: this.devnet.network.chainId, ...how };
    return signMessage(this.message(key.address, fields), by, options);
  }

  /** Valid if the messages follow the rules. */
  async block(messages: readonly SignedMessage[] = []): Promise<BlockHeader> {
    this.devnet.rewind(this.base);
    const { headers } = await this.devnet.mine({ messages });
    return headers[0] as BlockHeader;
  }

  /** With these messages, whatever list they are in. */
  async blockOf(messages: BlockMessages): Promise<BlockHeader> {
    const root = await writeBlocks(this.devnet.blockstore, (blocks) => writeBlockMessages(blocks, messages));
    return this.altered(await this.block(), { messages: root, blsAggregate: aggregateSignatures([]) });
  }

  workerOf({ miner }: BlockHeader): SigningKey {
    return this.devnet.miners.find(({ address }) => address === miner)?.worker as SigningKey;
  }

  otherWorker({ miner }: BlockHeader): SigningKey {
    return this.devnet.miners.find(({ address }) => address !== miner)?.worker as SigningKey;
  }

  /** Signed again by the block's own worker, unless told otherwise. */
  altered(header: BlockHeader, changes: Partial<BlockHeader>, by = this.workerOf(header)): BlockHeader {
    return signBlock({ ...header, ...changes }, by);
  }

  /** Refusal of the first block that is not valid. */
  async refusalOf(
    headers: BlockHeader | readonly BlockHeader[],
    options: BlockValidatorOptions = {},
  ): Promise<BlockRefusal | undefined> {
    const validator = new BlockValidator(this.devnet.chain, this.devnet.network, options);
    const tipset = chainTipset([headers].flat());
    const refused = await validator.validate(await validator.prepare(tipset), this.outcome);
    if (refused !== undefined) expect(tipset.key).toContain(refused.block);
    return refused?.refusal;
  }
}
