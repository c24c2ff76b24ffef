/** Hardhat as its users set it up: both libraries, both runners, and the node as a network. */
import { createRequire } from "node:module";
import hardhatEthers from "@nomicfoundation/hardhat-ethers";
import hardhatEthersChaiMatchers from "@nomicfoundation/hardhat-ethers-chai-matchers";
import hardhatIgnitionViem from "@nomicfoundation/hardhat-ignition-viem";
import hardhatMocha from "@nomicfoundation/hardhat-mocha";
import hardhatNetworkHelpers from "@nomicfoundation/hardhat-network-helpers";
import hardhatNodeTestRunner from "@nomicfoundation/hardhat-node-test-runner";
import hardhatViem from "@nomicfoundation/hardhat-viem";
import hardhatViemAssertions from "@nomicfoundation/hardhat-viem-assertions";
import { defineConfig } from "hardhat/config";

const chainId = 31415926;
const url = process.env.FVM_URL ?? "http://127.0.0.1:8545";

export default defineConfig({
  plugins: [
    hardhatViem,
    hardhatViemAssertions,
    hardhatNodeTestRunner,
    hardhatEthers,
    hardhatEthersChaiMatchers,
    hardhatMocha,
    hardhatNetworkHelpers,
    hardhatIgnitionViem,
  ],
  solidity: {
    version: "0.8.36",
    // The compiler of npm: nothing is downloaded.
    path: createRequire(import.meta.url).resolve("solc/soljson.js"),
    settings: { evmVersion: "cancun", optimizer: { enabled: true, runs: 200 } },
  },
  paths: { tests: { nodejs: "test/viem", mocha: "test/ethers" } },
  // The rules that calls on past blocks of a fork follow, which Hardhat knows of its own chains only.
  chainDescriptors: { [chainId]: { name: "dev", hardforkHistory: { osaka: { blockNumber: 0 } } } },
  networks: {
    /** The node's own accounts sign. */
    fvm: { type: "http", url },
    /** Hardhat signs, with the keys of the same accounts. */
    fvmKeys: {
      type: "http",
      url,
      chainId,
      accounts: { mnemonic: "test test test test test test test test test test test junk" },
    },
    /** Hardhat's own network, which goes on from the node's chain. */
    forked: { type: "edr-simulated", chainId, forking: { url } },
  },
});
