import { type Address, idAddress } from "#src/address/address.js";
import type { DevnetChain } from "#src/chain/devnet/devnet-chain.js";
import { Draw } from "#src/chain/devnet/draw.js";
import { createdBy } from "#src/chain/devnet/traffic/evm/call.js";
import { firstHeader } from "#src/chain/history/chain-tipset.js";
import { CREATE_EXTERNAL, INVOKE_EVM } from "#src/chain/signatures/eth-transaction.js";
import type { SigningKey } from "#src/chain/signatures/keys.js";
import { signMessage } from "#src/chain/signatures/sign.js";
import type { SignedMessage } from "#src/chain/types/signed-message.js";
import { BenchError } from "../bench-error.js";
import { crowdedDevnet } from "./crowded-devnet.js";
import { callOf, creationOf } from "./slots-contract.js";

/** How large the chain is. */
export interface ContractsChainOptions {
  /** Of the first state. */
  readonly accounts: number;
  readonly contracts: number;
  /** Of each contract that have a value before the measured tipsets. */
  readonly slots: number;
  readonly tipsets: number;
  /** Of a tipset. */
  readonly messages: number;
  /** Slots that a message changes, at most. */
  readonly words: number;
}

const SEED = "latency";
const EAM = idAddress(10);
const SETUP_GAS = 3_000_000_000;
const SETUP_WORDS = 400;
/** Accounts of each kind of signature: as on mainnet, most of a tipset's senders have sent nothing for long. */
const SENDERS = 600;
/** Of a block, so that it stays below the limit of gas. */
const SETUP_MESSAGES = 3;
const CALL_GAS = 250_000_000;

/** A chain of calls of contracts with much storage. @returns it, and the epoch of the first tipset of such calls */
export async function contractsChain(
  options: ContractsChainOptions,
): Promise<{ readonly devnet: DevnetChain; readonly from: number }> {
  const devnet = await crowdedDevnet({ accounts: options.accounts, senders: SENDERS });
  const setup = new Senders(devnet, "few");
  const contracts = await deployed(devnet, setup, options);
  await filled(devnet, setup, contracts, options);
  // Validation executes the tipset before the first one, too.
  await devnet.mine();
  const senders = new Senders(devnet, "others");
  const draw = new Draw(SEED).of("calls");
  let from: number | undefined;
  for (let i = 0; i < options.tipsets; i++) {
    const messages = Array.from({ length: options.messages }, () => {
      const words = Array.from({ length: 1 + draw.below(options.words) }, () => draw.below(options.slots));
      return senders.message(draw.pick(contracts), INVOKE_EVM, callOf(words), CALL_GAS);
    });
    const { epoch } = await devnet.mine({ messages: senders.inOrder(messages) });
    from ??= epoch;
  }
  await devnet.mine();
  return { devnet, from: from ?? 0 };
}

async function deployed(
  devnet: DevnetChain,
  senders: Senders,
  { contracts }: ContractsChainOptions,
): Promise<Address[]> {
  const found: Address[] = [];
  while (found.length < contracts) {
    const creation = senders.message(EAM, CREATE_EXTERNAL, creationOf(found.length), SETUP_GAS);
    await devnet.mine({ messages: [creation] });
    const receipt = (await devnet.executeHead())?.blocks[0]?.messages[0]?.receipt;
    if (receipt?.exitCode !== 0) throw new BenchError("a contract is not created");
    found.push(createdBy(receipt));
  }
  return found;
}

/** Gives slots a value. */
async function filled(
  devnet: DevnetChain,
  senders: Senders,
  contracts: readonly Address[],
  { slots }: ContractsChainOptions,
): Promise<void> {
  const messages: SignedMessage[] = [];
  for (const contract of contracts) {
    for (let first = 0; first < slots; first += SETUP_WORDS) {
      const words = Array.from({ length: SETUP_WORDS }, (_, i) => first + i);
      messages.push(senders.message(contract, INVOKE_EVM, callOf(words), SETUP_GAS));
    }
  }
  for (let first = 0; first < messages.length; first += SETUP_MESSAGES) {
    await devnet.mine({ messages: senders.inOrder(messages.slice(first, first + SETUP_MESSAGES)) });
    const results = (await devnet.executeHead())?.blocks.flatMap((block) => block.messages) ?? [];
    if (results.some(({ receipt }) => receipt.exitCode !== 0)) throw new BenchError("a slot has no value");
  }
}

const ONE_OF = 30;

/** Accounts that send one message after the other. */
class Senders {
  readonly #keys: readonly SigningKey[];
  readonly #nonces = new Map<SigningKey, number>();
  #sent = 0;

  /** @param part of the accounts that send: one in so many, or all but those */
  constructor(
    private readonly devnet: DevnetChain,
    part: "few" | "others",
  ) {
    const keys = devnet.accounts.filter(({ type }) => type !== "delegated");
    this.#keys = keys.filter((_, i) => (i % ONE_OF === 0) === (part === "few"));
  }

  message(to: Address, method: number, params: Uint8Array, gasLimit: number): SignedMessage {
    const key = this.#keys[this.#sent++ % this.#keys.length] as SigningKey;
    const nonce = this.#nonces.get(key) ?? 0;
    this.#nonces.set(key, nonce + 1);
    const { parentBaseFee } = firstHeader(this.devnet.head);
    const gasFeeCap = 10n * parentBaseFee + 1000n;
    const fees = { gasFeeCap, gasPremium: 100n };
    const message = {
      version: 0,
      from: key.address,
      to,
      nonce,
      value: 0n,
      gasLimit,
      ...fees,
      method,
      params,
    };
    return signMessage(message, key, { chainId: this.devnet.network.chainId });
  }

  /** Blocks have BLS messages first. */
  inOrder(messages: readonly SignedMessage[]): SignedMessage[] {
    const isBls = ({ signature }: SignedMessage) => signature.type === "bls";
    return [...messages.filter(isBls), ...messages.filter((message) => !isBls(message))];
  }
}
