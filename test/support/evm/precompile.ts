/** Address of Ethereum's precompiled contract of this number. */
export function precompile(number: number): string {
  return `0x${number.toString(16).padStart(40, "0")}`;
}

/** Address of Filecoin's precompiled contract of this number. */
export function filecoinPrecompile(number: number): string {
  return `0xfe${number.toString(16).padStart(38, "0")}`;
}
