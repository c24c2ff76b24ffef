// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {Script} from "forge-std/Script.sol";
import {Till} from "../src/Till.sol";

/// Two tills, one of them at an address that is known before, and many payments.
contract Open is Script {
    function run(bytes32 salt, uint256 payments) external returns (Till here, Till there) {
        vm.startBroadcast();
        here = new Till(100);
        there = new Till{salt: salt}(200);
        for (uint256 i = 0; i < payments; i++) here.pay(1);
        vm.stopBroadcast();
    }

    function fill(Till till, uint256 count) external {
        vm.broadcast();
        till.fill(count);
    }
}
