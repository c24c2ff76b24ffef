import { afterAll, beforeAll, describe } from "vitest";
import { networkVersion } from "../../../src/vm/network/version.js";
import { mainnetBundle } from "../real-actors.js";
import { EvmChain } from "./evm-chain.js";

/** Network versions whose syscalls the EVM of nv21 and later needs. */
export const EVM_VERSIONS = [21, 22, 23, 24, 25, 26, 27, 28] as const;

export const versionsFrom = (version: number) => EVM_VERSIONS.filter((candidate) => candidate >= version);
export const versionsBefore = (version: number) => EVM_VERSIONS.filter((candidate) => candidate < version);

/** A chain of one version, shared by its tests: each deploys contracts of its own. */
export interface EvmNetwork {
  readonly version: number;
  chain(): EvmChain;
}

/** Declares the same tests for each version. Those whose bundle is not there are skipped. */
export function onEachVersion(
  define: (network: EvmNetwork) => void,
  versions: readonly number[] = EVM_VERSIONS,
) {
  const missing = versions.filter(
    (version) => mainnetBundle(networkVersion(version).actorsVersion) === undefined,
  );
  if (missing.length > 0) {
    const names = missing.map((version) => `nv${version}`).join(", ");
    console.warn(`SKIPPED ${missing.length} of ${versions.length} network versions, no bundle: ${names}`);
  }
  for (const version of versions) {
    describe.skipIf(missing.includes(version))(`nv${version}`, () => {
      let chain: EvmChain | undefined;
      beforeAll(async () => {
        chain = await EvmChain.create(version);
      });
      afterAll(() => chain?.close());
      define({
        version,
        chain() {
          if (chain === undefined) throw new Error("no chain yet");
          return chain;
        },
      });
    });
  }
}
