// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

contract Lock {
    error TooEarly(uint256 opens);

    event Withdrawn(address indexed by, uint256 amount);

    address public immutable owner = msg.sender;
    uint256 public immutable opens;

    constructor(uint256 opensAt) payable {
        opens = opensAt;
    }

    function withdraw() external {
        if (block.timestamp < opens) revert TooEarly(opens);
        require(msg.sender == owner, "not the owner");
        uint256 amount = address(this).balance;
        emit Withdrawn(msg.sender, amount);
        (bool done,) = msg.sender.call{value: amount}("");
        require(done);
    }
}
