// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {AccessControlDefaultAdminRules} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import {AccessControlEnumerable} from "@openzeppelin/contracts/access/extensions/AccessControlEnumerable.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {VestingWallet} from "@openzeppelin/contracts/finance/VestingWallet.sol";
import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {ERC2771Forwarder} from "@openzeppelin/contracts/metatx/ERC2771Forwarder.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {Context} from "@openzeppelin/contracts/utils/Context.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

contract Roles is AccessControlEnumerable {
    bytes32 public constant WRITER = keccak256("WRITER");
    uint256 public value;

    constructor() {
        _grantRole(DEFAULT_ADMIN_ROLE, msg.sender);
    }

    function write(uint256 what) external onlyRole(WRITER) {
        value = what;
    }
}

contract SlowRoles is AccessControlDefaultAdminRules {
    constructor() AccessControlDefaultAdminRules(1 days, msg.sender) {}
}

contract Managed is AccessManaged {
    uint256 public value;

    constructor(address authority) AccessManaged(authority) {}

    function write(uint256 what) external restricted {
        value = what;
    }
}

contract Owned is Ownable2Step {
    constructor() Ownable(msg.sender) {}
}

/// Knows who sent a message that a forwarder brought.
contract Guestbook is Multicall, ERC2771Context {
    mapping(address => string) public entries;

    constructor(address forwarder) ERC2771Context(forwarder) {}

    function sign(string calldata text) external {
        entries[_msgSender()] = text;
    }

    function _contextSuffixLength() internal view override(Context, ERC2771Context) returns (uint256) {
        return super._contextSuffixLength();
    }

    function _msgSender() internal view override(Context, ERC2771Context) returns (address) {
        return super._msgSender();
    }

    function _msgData() internal view override(Context, ERC2771Context) returns (bytes calldata) {
        return super._msgData();
    }
}

abstract contract Bank {
    mapping(address => uint256) public balances;

    receive() external payable {
        balances[msg.sender] += msg.value;
    }

    /// The books are written too late, so that nothing but the guard helps.
    function pay() internal {
        Address.sendValue(payable(msg.sender), balances[msg.sender]);
        balances[msg.sender] = 0;
    }

    function withdraw() external virtual;
}

contract OpenBank is Bank {
    function withdraw() external override {
        pay();
    }
}

contract GuardedBank is Bank, ReentrancyGuard {
    function withdraw() external override nonReentrant {
        pay();
    }
}

contract TransientlyGuardedBank is Bank, ReentrancyGuardTransient {
    function withdraw() external override nonReentrant {
        pay();
    }
}

contract Thief {
    Bank private bank;
    uint256 public rounds;

    function rob(Bank what) external payable {
        bank = what;
        Address.sendValue(payable(address(what)), msg.value);
        rounds = 1;
        what.withdraw();
    }

    receive() external payable {
        if (rounds++ < 3) bank.withdraw();
    }
}
