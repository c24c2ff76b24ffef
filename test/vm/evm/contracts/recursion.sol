// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

contract Recursion {
    uint256 public visits;

    /// Calls itself as often as it can, at most `limit` times. Returns how often it could.
    function dive(uint256 limit) external returns (uint256) {
        visits++;
        if (limit == 0) return 0;
        (bool ok, bytes memory output) = address(this).call(abi.encodeCall(this.dive, (limit - 1)));
        return ok ? abi.decode(output, (uint256)) + 1 : 0;
    }

    function diveDelegated(uint256 limit) external returns (uint256) {
        visits++;
        if (limit == 0) return 0;
        (bool ok, bytes memory output) = address(this).delegatecall(abi.encodeCall(this.diveDelegated, (limit - 1)));
        return ok ? abi.decode(output, (uint256)) + 1 : 0;
    }

    /// Two contracts that call each other.
    function pingPong(Recursion other, uint256 left) external returns (uint256) {
        visits++;
        return left == 0 ? 0 : other.pingPong(this, left - 1) + 1;
    }

    /// Inside one call.
    function fibonacci(uint256 n) public pure returns (uint256) {
        return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
    }
}
