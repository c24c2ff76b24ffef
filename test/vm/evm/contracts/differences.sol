// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// A contract's view of the chain that it is on.
contract Probe {
    struct Seen {
        uint256 number;
        uint256 timestamp;
        uint256 prevrandao;
        uint256 baseFee;
        uint256 gasPrice;
        uint256 gasLimit;
        address coinbase;
        address sender;
        address origin;
        bytes32 before;
    }

    Seen public seen;
    uint256 public touched;

    function look() external {
        bytes32 before = blockhash(block.number - 1);
        seen = Seen(block.number, block.timestamp, block.prevrandao, block.basefee, tx.gasprice, block.gaslimit, block.coinbase, msg.sender, tx.origin, before);
    }

    function hashOf(uint256 number) external view returns (bytes32) {
        return blockhash(number);
    }

    function sizeOf(address who) external view returns (uint256 size, bytes32 hash, bytes memory code) {
        return (who.code.length, who.codehash, who.code);
    }

    function callTo(address who, bytes calldata data) external payable returns (bool ok, bytes memory answer) {
        return who.call{value: msg.value}(data);
    }

    function delegateTo(address who, bytes calldata data) external returns (bool ok, bytes memory answer) {
        return who.delegatecall(data);
    }

    function staticTo(address who, bytes calldata data) external view returns (bool ok, bytes memory answer) {
        return who.staticcall(data);
    }

    /// By `transfer`, which gives 2300 gas.
    function transferTo(address payable who) external payable {
        who.transfer(msg.value);
    }

    /// Gas for the receiver that was asked for.
    function callWithGas(address who, uint256 gasLimit) external payable returns (bool ok) {
        (ok, ) = who.call{value: msg.value, gas: gasLimit}("");
    }

    function make(bytes memory code, bytes32 salt) external returns (address made) {
        assembly {
            made := create2(0, add(code, 32), mload(code), salt)
        }
    }

    function end(address payable heir) external {
        selfdestruct(heir);
    }

    function touch() external {
        touched++;
    }
}

/// Writes when it is given something, which takes more than 2300 gas.
contract Writer {
    uint256 public received;
    uint256 public gasThen;

    receive() external payable {
        gasThen = gasleft();
        received += msg.value;
    }
}
