/** The same accounts and contracts on Ethereum: @ethereumjs/evm, as a block of one transaction would run it. */
import { Common, Hardfork, Mainnet } from "@ethereumjs/common";
import { createEVM, type EVM } from "@ethereumjs/evm";
import { SimpleStateManager } from "@ethereumjs/statemanager";
import { createAccount, createAddressFromString } from "@ethereumjs/util";
import { toHex } from "./abi.js";
import { type EthereumCall, FrameRecorder } from "./ethereum-frames.js";

export interface EthereumAccount {
  readonly balance: bigint;
  readonly nonce: bigint;
  readonly code: string;
  /** Slots that are not 0. */
  readonly storage: ReadonlyMap<string, string>;
}

/** Accounts by address. */
export type EthereumState = ReadonlyMap<string, EthereumAccount>;

export interface EthereumTransaction {
  readonly from: string;
  /** Absent: creates a contract. */
  readonly to?: string;
  readonly data: Uint8Array;
  readonly value?: bigint;
}

export interface EthereumResult {
  readonly frame: EthereumCall;
  readonly before: EthereumState;
  readonly after: EthereumState;
  /** Addresses that the message has to do with, as Geth counts them. */
  readonly touched: ReadonlySet<string>;
}

/** Before Cancun, where SELFDESTRUCT ends every contract, as on Filecoin; with transient storage, which it has, too. */
const common = new Common({ chain: Mainnet, hardfork: Hardfork.Shanghai, eips: [1153, 5656] });
const GAS_LIMIT = 1_000_000_000n;

export class Ethereum {
  private constructor(
    private readonly state: SimpleStateManager,
    private readonly evm: EVM,
  ) {}

  static async create(balances: Iterable<readonly [address: string, balance: bigint]>): Promise<Ethereum> {
    const stateManager = new SimpleStateManager({ common });
    for (const [address, balance] of balances) {
      await stateManager.putAccount(createAddressFromString(address), createAccount({ balance }));
    }
    return new Ethereum(stateManager, await createEVM({ common, stateManager }));
  }

  async run({ from, to, data, value = 0n }: EthereumTransaction): Promise<EthereumResult> {
    const before = this.dump();
    const recorder = new FrameRecorder(this.evm, this.state);
    const caller = createAddressFromString(from);
    const receiver = to === undefined ? {} : { to: createAddressFromString(to) };
    const fields = { caller, origin: caller, ...receiver, data, value, gasLimit: GAS_LIMIT };
    const { execResult } = await this.evm.runCall(fields);
    recorder.close();
    for (const address of execResult.selfdestruct?.keys() ?? []) await this.destroy(address);
    return { frame: recorder.top(), before, after: this.dump(), touched: recorder.touched };
  }

  private async destroy(text: string): Promise<void> {
    const address = createAddressFromString(text);
    await this.state.clearStorage(address);
    await this.state.putCode(address, new Uint8Array());
    await this.state.deleteAccount(address);
  }

  private dump(): EthereumState {
    const { accountStack, codeStack, storageStack } = this.state;
    const [accounts, codes, slots] = [accountStack.at(-1), codeStack.at(-1), storageStack.at(-1)];
    const state = new Map<string, EthereumAccount>();
    for (const [address, account] of accounts ?? []) {
      if (account === undefined) continue;
      const { balance, nonce } = account;
      const storage = new Map<string, string>();
      for (const [key, value] of slots ?? []) {
        const [owner, slot = ""] = key.split("_");
        const word = `0x${Buffer.from(value).toString("hex").padStart(64, "0")}`;
        if (owner === address && BigInt(word) !== 0n) storage.set(slot, word);
      }
      state.set(address, { balance, nonce, code: toHex(codes?.get(address) ?? new Uint8Array()), storage });
    }
    return state;
  }
}
