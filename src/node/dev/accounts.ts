import { SigningKey } from "../../chain/signatures/keys.js";
import { FvmError } from "../../errors.js";
import { deriveKey, masterKey } from "./key-derivation.js";
import { TEST_MNEMONIC } from "./test-mnemonic.js";

/** Keys of a mnemonic, by their places. */
export interface MnemonicKeys {
  /** Ethereum's accounts, f410. */
  readonly eth: readonly SigningKey[];
  /** Filecoin's accounts, f1. */
  readonly filecoin: readonly SigningKey[];
}

/** Paths of accounts, before the place of each. */
const PATHS = { eth: "m/44'/60'/0'/0", filecoin: "m/44'/461'/0'/0" } as const;

/** Throws `FvmError` INVALID_OPTION unless the words are a mnemonic of English words (BIP-39). */
export async function checkMnemonic(mnemonic: string): Promise<void> {
  if (mnemonic === TEST_MNEMONIC) return;
  const [{ validateMnemonic }, { wordlist }] = await Promise.all([
    import("@scure/bip39"),
    import("@scure/bip39/wordlists/english.js"),
  ]);
  if (validateMnemonic(mnemonic, wordlist)) return;
  const reason = "it is no mnemonic: 12 to 24 English words, of which the last checks the others";
  throw new FvmError("INVALID_OPTION", { option: "mnemonic", reason });
}

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
