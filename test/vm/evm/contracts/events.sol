// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

contract Events {
    event Plain();
    event Data(uint256 a, bytes32 b);
    event Indexed(address indexed who, int256 indexed number, bytes32 indexed word, bool flag);
    event Hashed(string indexed text, bytes data);
    event Numbered(uint256 indexed index);
    event Unnamed(uint256 indexed value) anonymous;

    function plain() external {
        emit Plain();
    }

    function data(uint256 a, bytes32 b) external {
        emit Data(a, b);
    }

    function threeTopics(address who, int256 number, bytes32 word, bool flag) external {
        emit Indexed(who, number, word, flag);
    }

    function hashed(string calldata text, bytes calldata rest) external {
        emit Hashed(text, rest);
    }

    function unnamed(uint256 value) external {
        emit Unnamed(value);
    }

    function many(uint256 count) external {
        for (uint256 i = 0; i < count; i++) emit Numbered(i);
    }

    /// Neither topics nor data.
    function hollow() external {
        assembly {
            log0(0, 0)
        }
    }

    /// Topics and data as they are given.
    function raw(uint256 topics, bytes calldata rest) external {
        bytes memory copy = rest;
        assembly {
            let start := add(copy, 32)
            let size := mload(copy)
            switch topics
            case 0 { log0(start, size) }
            case 1 { log1(start, size, 1) }
            case 2 { log2(start, size, 1, 2) }
            case 3 { log3(start, size, 1, 2, 3) }
            default { log4(start, size, 1, 2, 3, 4) }
        }
    }

    function numberedThenRevert(uint256 index) external {
        emit Numbered(index);
        revert("gone");
    }

    /// The middle one of three is reverted.
    function aroundRevert() external {
        emit Numbered(1);
        try this.numberedThenRevert(2) {} catch {}
        emit Numbered(3);
    }

    function through(Events other, uint256 count) external {
        emit Numbered(100);
        other.many(count);
        emit Numbered(200);
    }
}
