// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// All kinds of state variables, in slots that the test computes itself.
contract Storage {
    uint256 public number; // slot 0
    uint128 public low; // slot 1, lower half
    int64 public middle; // slot 1
    bool public flag; // slot 1
    mapping(address => uint256) public balanceOf; // slot 2
    mapping(address => mapping(uint256 => bytes32)) public nested; // slot 3
    uint256[] public list; // slot 4
    string public text; // slot 5

    function setNumber(uint256 value) external {
        number = value;
    }

    function setPacked(uint128 newLow, int64 newMiddle, bool newFlag) external {
        (low, middle, flag) = (newLow, newMiddle, newFlag);
    }

    function setBalance(address owner, uint256 value) external {
        balanceOf[owner] = value;
    }

    function setNested(address owner, uint256 index, bytes32 value) external {
        nested[owner][index] = value;
    }

    function setText(string calldata value) external {
        text = value;
    }

    function push(uint256 value) external {
        list.push(value);
    }

    function pop() external {
        list.pop();
    }

    /// Writes value(i) = first + i to `count` slots of the list's own.
    function fill(uint256 count, uint256 first) external {
        for (uint256 i = 0; i < count; i++) list.push(first + i);
    }

    function sum() external view returns (uint256 total) {
        for (uint256 i = 0; i < list.length; i++) total += list[i];
    }

    function clear() external {
        delete list;
        delete text;
        delete number;
    }
}
