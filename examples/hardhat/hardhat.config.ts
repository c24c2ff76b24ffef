import networkHelpers from "@nomicfoundation/hardhat-network-helpers";
import nodeTestRunner from "@nomicfoundation/hardhat-node-test-runner";
import hardhatViem from "@nomicfoundation/hardhat-viem";
import viemAssertions from "@nomicfoundation/hardhat-viem-assertions";
import { defineConfig } from "hardhat/config";

export default defineConfig({
  plugins: [hardhatViem, viemAssertions, nodeTestRunner, networkHelpers],
  solidity: {
    version: "0.8.36",
    path: `${import.meta.dirname}/node_modules/solc/soljson.js`, // the compiler of npm; Hardhat downloads one otherwise
    settings: { evmVersion: "cancun" },
  },
  networks: {
    // The node's own accounts sign: with keys of its own, Hardhat cannot impersonate others.
    fvm: { type: "http", url: process.env.FVM_URL ?? "http://127.0.0.1:8545" },
  },
});
