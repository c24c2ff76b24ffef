// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

contract Till {
    error TooMuch(uint256 asked, uint256 has);

    event Paid(address indexed who, uint256 amount);

    uint256 public total;
    mapping(uint256 => uint256) public amounts;

    constructor(uint256 first) payable {
        total = first;
    }

    function pay(uint256 amount) external {
        total += amount;
        emit Paid(msg.sender, amount);
    }

    function take(uint256 amount) external {
        if (amount > total) revert TooMuch(amount, total);
        total -= amount;
    }

    /// Costs much gas.
    function fill(uint256 count) external {
        for (uint256 i = 0; i < count; i++) amounts[i] = i + 1;
    }
}
