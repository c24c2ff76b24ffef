// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {Cheats} from "../src/Cheats.sol";
import {Till} from "../src/Till.sol";

contract Open is Cheats {
    /// A till and payments, all of which are sent at once.
    function pay(uint256 payments) external returns (Till till) {
        vm.startBroadcast();
        till = new Till(100);
        for (uint256 i = 0; i < payments; i++) till.pay(1);
        vm.stopBroadcast();
    }

    /// A till at an address that is known before.
    function predicted(bytes32 salt) external returns (Till till) {
        vm.broadcast();
        till = new Till{salt: salt}(200);
    }

    function fill(Till till, uint256 count) external {
        vm.broadcast();
        till.fill(count);
    }
}
