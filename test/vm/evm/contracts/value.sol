// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

contract Wallet {
    event Received(address sender, uint256 value, bytes data);

    receive() external payable {
        emit Received(msg.sender, msg.value, "");
    }

    fallback() external payable {
        emit Received(msg.sender, msg.value, msg.data);
    }

    function deposit() external payable returns (uint256) {
        return address(this).balance;
    }

    function notPayable() external pure returns (bool) {
        return true;
    }

    function pay(address payable to, uint256 value) external returns (uint256) {
        (bool ok, ) = to.call{value: value}("");
        require(ok, "payment failed");
        return address(this).balance;
    }

    /// With the 2300 gas that Ethereum gives.
    function transfer(address payable to, uint256 value) external {
        to.transfer(value);
    }

    function send(address payable to, uint256 value) external returns (bool) {
        return to.send(value);
    }

    function balanceOf(address account) external view returns (uint256) {
        return account.balance;
    }

    function die(address payable heir) external {
        selfdestruct(heir);
    }

    /// Dies, then still answers.
    function dieAndAsk(address payable heir) external returns (uint256 balance, uint256 size) {
        this.die(heir);
        return (address(this).balance, address(this).code.length);
    }
}

/// Takes nothing.
contract Closed {}
