/** The mnemonic of all development nodes: everybody knows its keys. */
export const TEST_MNEMONIC = "test test test test test test test test test test test junk";
