// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

contract Child {
    address public immutable creator;
    uint256 public immutable endowment;
    uint256 public value;

    constructor(uint256 newValue) payable {
        require(newValue != 666, "bad value");
        creator = msg.sender;
        endowment = msg.value;
        value = newValue;
    }

    function die(address payable heir) external {
        selfdestruct(heir);
    }
}

contract Factory {
    event Created(address child);

    function create(uint256 value) external payable returns (address child) {
        child = address(new Child{value: msg.value}(value));
        emit Created(child);
    }

    function create2(uint256 value, bytes32 salt) external payable returns (address child) {
        child = address(new Child{value: msg.value, salt: salt}(value));
        emit Created(child);
    }

    /// Any initcode. Address zero if it fails.
    function createRaw(bytes calldata initcode) external payable returns (address child, bytes memory data) {
        bytes memory copy = initcode;
        assembly {
            child := create(callvalue(), add(copy, 32), mload(copy))
            data := mload(0x40)
            mstore(data, returndatasize())
            returndatacopy(add(data, 32), 0, returndatasize())
            mstore(0x40, add(add(data, 64), returndatasize()))
        }
    }

    function create2Raw(bytes calldata initcode, uint256 salt) external returns (address child) {
        bytes memory copy = initcode;
        assembly {
            child := create2(0, add(copy, 32), mload(copy), salt)
        }
    }

    function codeOf(address account) external view returns (uint256 size, bytes32 hash, bytes memory code) {
        return (account.code.length, account.codehash, account.code);
    }

    /// Creates, destroys and asks in one message.
    function mayfly(bytes32 salt) external returns (address child, uint256 sizeAfter) {
        Child made = new Child{salt: salt}(1);
        made.die(payable(msg.sender));
        return (address(made), address(made).code.length);
    }
}
