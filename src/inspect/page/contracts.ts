import { type AbiLog, type AbiMatch, ContractAbi } from "../../builtin/abi/index.js";

/** Lookups for a page's messages in the ABIs of contracts, and the ABIs that had something. */
export class Contracts {
  /** ABIs in which something was found, as they were named when they were loaded. */
  readonly sources = new Set<string>();

  constructor(readonly abi = new ContractAbi([])) {}

  call(input: Uint8Array): AbiMatch | undefined {
    return this.noted(this.abi.call(input));
  }

  result(input: Uint8Array, output: Uint8Array): AbiMatch | undefined {
    return this.abi.result(input, output);
  }

  event(log: AbiLog): AbiMatch | undefined {
    return this.noted(this.abi.event(log));
  }

  revert(data: Uint8Array): AbiMatch | undefined {
    return this.noted(this.abi.revert(data));
  }

  private noted(match: AbiMatch | undefined): AbiMatch | undefined {
    if (match?.source !== undefined) this.sources.add(match.source);
    return match;
  }
}
