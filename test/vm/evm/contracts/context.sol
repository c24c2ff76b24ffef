// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

contract Context {
    function chain() external view returns (uint256 number, uint256 timestamp, uint256 chainId, uint256 baseFee, uint256 gasLimit, address coinbase, uint256 prevrandao) {
        return (block.number, block.timestamp, block.chainid, block.basefee, block.gaslimit, block.coinbase, block.prevrandao);
    }

    function hashOf(uint256 number) external view returns (bytes32) {
        return blockhash(number);
    }

    function message() external payable returns (address sender, address origin, uint256 value, bytes4 sig, bytes memory data, uint256 gasPrice) {
        return (msg.sender, tx.origin, msg.value, msg.sig, msg.data, tx.gasprice);
    }

    function self() external view returns (address, uint256 balance, uint256 size, bytes32 hash) {
        return (address(this), address(this).balance, address(this).code.length, address(this).codehash);
    }

    function gas() external view returns (uint256 before, uint256 later) {
        before = gasleft();
        later = gasleft();
    }
}
