// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// Storage by slot.
contract Slots {
    /// Pairs of slot and value.
    function set(bytes calldata pairs) external {
        for (uint256 at = 0; at < pairs.length; at += 64) {
            assembly {
                let pair := add(pairs.offset, at)
                sstore(calldataload(pair), calldataload(add(pair, 32)))
            }
        }
    }

    function get(uint256 key) external view returns (uint256 value) {
        assembly {
            value := sload(key)
        }
    }
}
