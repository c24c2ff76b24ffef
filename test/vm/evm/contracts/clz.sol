// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.31;

/// CLZ (EIP-7939).
contract Clz {
    function leadingZeros(uint256 value) external pure returns (uint256 count) {
        assembly {
            count := clz(value)
        }
    }
}
