// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import "hardhat/console.sol";

/// Behaviour that tests of contracts try: money, events, errors of each kind, time.
contract Bank {
    error Insufficient(address who, uint256 wanted, uint256 held);
    error TooEarly(uint256 time, uint256 opens);

    event Deposited(address indexed who, uint256 amount);
    event Transfer(address indexed from, address indexed to, uint256 value);

    address public immutable owner;
    uint256 public immutable opens;
    mapping(address => uint256) public balanceOf;

    constructor(uint256 opensAt) payable {
        owner = msg.sender;
        opens = opensAt;
    }

    function name() external pure returns (string memory) {
        return "Bank";
    }

    function symbol() external pure returns (string memory) {
        return "BNK";
    }

    function decimals() external pure returns (uint8) {
        return 18;
    }

    function deposit() external payable {
        console.log("deposit of %s by %s", msg.value, msg.sender);
        balanceOf[msg.sender] += msg.value;
        emit Deposited(msg.sender, msg.value);
        emit Transfer(address(0), msg.sender, msg.value);
    }

    function transfer(address to, uint256 amount) external {
        take(amount);
        balanceOf[to] += amount;
        emit Transfer(msg.sender, to, amount);
    }

    function withdraw(uint256 amount) external {
        if (block.timestamp < opens) revert TooEarly(block.timestamp, opens);
        take(amount);
        (bool done,) = msg.sender.call{value: amount}("");
        require(done, "the receiver refuses");
    }

    function close() external {
        require(msg.sender == owner, "only the owner may close");
        (bool done,) = owner.call{value: address(this).balance}("");
        require(done);
    }

    function failWithoutReason() external pure {
        revert();
    }

    function failByPanic(uint256 index) external pure returns (uint256) {
        uint256[] memory none = new uint256[](0);
        return none[index];
    }

    /// The block that contracts are executed in, as they see it.
    function surroundings() external view returns (uint256 height, uint256 time, uint256 randao, uint256 baseFee) {
        return (block.number, block.timestamp, block.prevrandao, block.basefee);
    }

    function take(uint256 amount) private {
        uint256 held = balanceOf[msg.sender];
        if (amount > held) revert Insufficient(msg.sender, amount, held);
        balanceOf[msg.sender] = held - amount;
    }
}
