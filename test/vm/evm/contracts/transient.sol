// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

/// TLOAD, TSTORE (EIP-1153) and MCOPY (EIP-5656).
contract Transient {
    uint256 transient private lock;
    uint256 transient private note;
    uint256 public kept;

    function write(uint256 value) external returns (uint256) {
        note = value;
        return this.read();
    }

    function read() external view returns (uint256) {
        return note;
    }

    function guarded(uint256 depth) external returns (bool) {
        require(lock == 0, "locked");
        lock = 1;
        if (depth > 0) this.guarded(depth - 1);
        lock = 0;
        kept++;
        return true;
    }

    function writeThenRevert(uint256 value) external {
        note = value;
        revert();
    }

    function reverted() external returns (uint256) {
        note = 1;
        try this.writeThenRevert(2) {} catch {}
        return note;
    }

    function moved(bytes calldata data, uint256 to, uint256 from, uint256 size) external pure returns (bytes memory copy) {
        copy = data;
        assembly {
            let start := add(copy, 32)
            mcopy(add(start, to), add(start, from), size)
        }
    }
}
