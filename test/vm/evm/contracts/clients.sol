// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// What clients do with contracts: read, write, fail in each way, log.
contract Till {
    error TooMuch(address who, uint256 asked, uint256 has);

    event Paid(address indexed who, uint256 amount, string note);
    event Numbered(uint256 indexed number);

    mapping(address => uint256) public balances;
    uint256 public total;

    constructor(uint256 first) payable {
        balances[msg.sender] = first;
        total = first;
    }

    function pay(uint256 amount, string calldata note) external returns (uint256) {
        balances[msg.sender] += amount;
        total += amount;
        emit Paid(msg.sender, amount, note);
        return total;
    }

    function take(uint256 amount) external {
        uint256 has = balances[msg.sender];
        if (amount > has) revert TooMuch(msg.sender, amount, has);
        balances[msg.sender] = has - amount;
        total -= amount;
    }

    function number(uint256 count) external {
        for (uint256 i = 0; i < count; i++) emit Numbered(i);
    }

    function failWithText() external pure returns (uint256) {
        revert("the till is closed");
    }

    function failWithout() external pure returns (uint256) {
        revert();
    }

    function failByPanic(uint256 divisor) external pure returns (uint256) {
        return 1 / divisor;
    }

    receive() external payable {}
}
