// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

contract Precompiles {
    /// Any precompile with any input.
    function run(address precompile, bytes calldata input) external view returns (bool ok, bytes memory output) {
        (ok, output) = precompile.staticcall(input);
    }

    function runCall(address precompile, bytes calldata input) external payable returns (bool ok, bytes memory output) {
        (ok, output) = precompile.call{value: msg.value}(input);
    }

    function runDelegated(address precompile, bytes calldata input) external returns (bool ok, bytes memory output) {
        (ok, output) = precompile.delegatecall(input);
    }

    // Solidity's own functions for some of them.

    function recover(bytes32 hash, uint8 v, bytes32 r, bytes32 s) external pure returns (address) {
        return ecrecover(hash, v, r, s);
    }

    function hashes(bytes calldata data) external pure returns (bytes32, bytes20, bytes32) {
        return (sha256(data), ripemd160(data), keccak256(data));
    }
}
