import { addr, Transaction } from "micro-eth-signer";
import { Token as TOKEN } from "#src/chain/devnet/traffic/evm/bytecode.js";
import { BenchError } from "../bench-error.js";
import type { Client } from "./client.js";

/** First account of the mnemonic that all development nodes have. */
const KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const SELECTORS = { balanceOf: "70a08231", transfer: "a9059cbb", mint: "40c10f19" } as const;
/** Beyond what the calls need: Filecoin's gas is not the EVM's. Ethereum allows 2^24 to a transaction. */
const GAS = {
  evm: { creation: 3_000_000n, call: 200_000n },
  filecoin: { creation: 100_000_000n, call: 100_000_000n },
};
const FILECOIN_CHAIN = 31_415_926n;
const FEES = { maxFeePerGas: 100_000_000_000n, maxPriorityFeePerGas: 100_000n } as const;

/** A transaction's receipt. */
export interface Receipt {
  readonly status: string;
  readonly contractAddress: string | null;
  readonly logs: readonly unknown[];
}

/** An ERC-20 token on a node, and the account that has all of it. */
export class BenchToken {
  readonly owner = addr.fromPrivateKey(KEY);
  #nonce = 0n;
  #address = "";

  private constructor(
    private readonly client: Client,
    private readonly chainId: bigint,
  ) {}

  /** Deploys it. Throws `BenchError`. */
  static async deploy(client: Client): Promise<BenchToken> {
    const token = new BenchToken(client, BigInt((await client.ask("eth_chainId")) as string));
    token.#nonce = BigInt((await client.ask("eth_getTransactionCount", token.owner, "latest")) as string);
    const { contractAddress } = await token.send(token.#signed("0x", hex(TOKEN.initcode), "creation"));
    token.#address = contractAddress as string;
    await token.send(
      token.#signed(token.#address, `${SELECTORS.mint}${word(token.owner)}${word(SUPPLY)}`, "call"),
    );
    await token.expect(token.owner, SUPPLY);
    return token;
  }

  /** A signed transfer of one unit, whose nonce follows those of the ones before. */
  transferTo(to: bigint): string {
    return this.#signed(this.#address, `${SELECTORS.transfer}${word(to)}${word(1n)}`, "call");
  }

  /** Sends a transaction, and waits for its receipt. Throws `BenchError` if it fails. */
  async send(signed: string): Promise<Receipt> {
    const hash = await this.client.ask("eth_sendRawTransaction", signed);
    for (;;) {
      const receipt = (await this.client.ask("eth_getTransactionReceipt", hash)) as Receipt | null;
      if (receipt === null) continue;
      if (receipt.status !== "0x1") throw new BenchError(`${this.client.url}: a transaction failed`);
      return receipt;
    }
  }

  /** The call that `eth_call` takes for a balance. */
  balanceOf(of: string | bigint): { readonly to: string; readonly data: string } {
    return { to: this.#address, data: `0x${SELECTORS.balanceOf}${word(of)}` };
  }

  /** Throws `BenchError` unless a balance is this one. */
  async expect(of: string | bigint, balance: bigint): Promise<void> {
    const answer = await this.client.ask("eth_call", this.balanceOf(of), "latest");
    if (answer !== `0x${word(balance)}`)
      throw new BenchError(`${this.client.url}: a balance is ${answer} instead of ${balance}`);
  }

  #signed(to: string, data: string, kind: "creation" | "call"): string {
    const { chainId } = this;
    const gasLimit = GAS[chainId === FILECOIN_CHAIN ? "filecoin" : "evm"][kind];
    const nonce = this.#nonce++;
    const fields = {
      type: "eip1559",
      to,
      data: `0x${data}`,
      nonce,
      gasLimit,
      chainId,
      value: 0n,
      ...FEES,
    } as const;
    return Transaction.prepare(fields, false).signBy(KEY).toHex();
  }
}

export const SUPPLY = 10n ** 18n;

/** An address that nobody has yet. */
export function strangerOf(number: number): bigint {
  return 0x1000000000000000000000000000000000000000n + BigInt(number);
}

function word(value: string | bigint): string {
  return BigInt(value).toString(16).padStart(64, "0");
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
