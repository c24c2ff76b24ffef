/** A piece of others' code in a package. */
export interface Part {
  readonly name: string;
  readonly version?: string;
  /** SPDX. */
  readonly license: string;
  readonly purl: string;
  readonly hash?: { readonly alg: string; readonly content: string };
}

export interface PartWithTexts extends Part {
  readonly texts: readonly string[];
}

export function libraryParts(): Part[];
export function billOf(
  of: { name: string; version: string; license: string },
  parts: readonly Part[],
): string;
export function noticesOf(parts: readonly PartWithTexts[]): string;
