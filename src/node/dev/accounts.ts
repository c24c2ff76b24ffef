import { SigningKey } from "../../chain/signatures/keys.js";
import { deriveKey, masterKey } from "./key-derivation.js";

/** Keys of a mnemonic, by their places. */
export interface MnemonicKeys {
  /** Ethereum's accounts, f410. */
  readonly eth: readonly SigningKey[];
  /** Filecoin's accounts, f1. */
  readonly filecoin: readonly SigningKey[];
}

/** The mnemonic of all development nodes: everybody knows its keys. */
export const TEST_MNEMONIC = "test test test test test test test test test test test junk";

/** Paths of accounts, before the place of each. */
const PATHS = { eth: "m/44'/60'/0'/0", filecoin: "m/44'/461'/0'/0" } as const;

/** The first accounts of a mnemonic, as wallets derive them. */
export function keysOf(mnemonic: string, count: number): MnemonicKeys {
  const master = masterKey(mnemonic);
  const keys = (path: string, type: "delegated" | "secp256k1") => {
    const parent = deriveKey(master, path);
    return Array.from({ length: count }, (_, i) =>
      SigningKey.fromSecret(type, deriveKey(parent, `m/${i}`).secret),
    );
  };
  return { eth: keys(PATHS.eth, "delegated"), filecoin: keys(PATHS.filecoin, "secp256k1") };
}
