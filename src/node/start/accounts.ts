import { formatAddress } from "../../address/text.js";
import { filecoinToEth } from "../../builtin/evm/index.js";
import type { SigningKey } from "../../chain/signatures/keys.js";
import { hex } from "../../util/bytes.js";
import type { MnemonicKeys } from "../dev/accounts.js";
import type { Node } from "../node.js";

/** An account whose key the node has. For chains of one's own: the default keys are known to everybody. */
export interface NodeAccount {
  /** `0x…` of Ethereum's accounts, `t1…` (or `f1…`) of Filecoin's. */
  readonly address: string;
  /** As Filecoin writes it: `t410f…`, `t1…`. */
  readonly filecoinAddress: string;
  /** `0x` and 64 digits. */
  readonly privateKey: string;
}

/** Accounts of a node by kind; none of a chain of a folder. */
export interface NodeAccounts {
  readonly eth: readonly NodeAccount[];
  readonly filecoin: readonly NodeAccount[];
}

export function accountsOf({ chain }: Node, { eth, filecoin }: MnemonicKeys): NodeAccounts {
  const account = (key: SigningKey): NodeAccount => {
    const filecoinAddress = formatAddress(key.address, chain.network.letter);
    const address = filecoinToEth(key.address) ?? filecoinAddress;
    return { address, filecoinAddress, privateKey: `0x${hex(key.secret())}` };
  };
  return { eth: eth.map(account), filecoin: filecoin.map(account) };
}
