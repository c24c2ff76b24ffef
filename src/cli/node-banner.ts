import { TEST_MNEMONIC } from "../node/dev/test-mnemonic.js";
import type { NodeAccount, RunningNode } from "../node/index.js";

/** Lines for people when a node starts: accounts with their keys, as those of other development nodes do. */
export function banner({ accounts, chainId }: RunningNode, mnemonic = TEST_MNEMONIC): string {
  const { eth, filecoin } = accounts;
  const sections = [
    section("Ethereum accounts", eth, ({ address, filecoinAddress }) => `${address}  ${filecoinAddress}`),
    section("Filecoin accounts", filecoin, ({ address }) => address),
    section("Private keys of the Ethereum accounts", eth, ({ privateKey }) => privateKey),
    section("Private keys of the Filecoin accounts", filecoin, ({ privateKey }) => privateKey),
    eth.length > 0 ? `Mnemonic: ${mnemonic}` : "",
    eth.length > 0 && mnemonic === TEST_MNEMONIC ? WARNING : "",
    `Chain ID: ${chainId}`,
  ];
  return sections.filter((text) => text !== "").join("\n\n");
}

const WARNING = "Everybody knows these keys: send nothing to them on a network that others share.";

function section(
  title: string,
  accounts: readonly NodeAccount[],
  line: (account: NodeAccount) => string,
): string {
  if (accounts.length === 0) return "";
  return [title, ...accounts.map((account, index) => `  (${index}) ${line(account)}`)].join("\n");
}
