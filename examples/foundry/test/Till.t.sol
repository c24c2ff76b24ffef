// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {Cheats} from "../src/Cheats.sol";
import {Till} from "../src/Till.sol";

/// Runs in Foundry's own EVM, on the state of the node that --fork-url names.
contract TillTest is Cheats {
    Till till = Till(vm.envAddress("TILL"));
    address owner = vm.envAddress("OWNER");

    function testReadsWhatIsThere() external view {
        vm.assertEq(till.total(), vm.envUint("TOTAL"));
        vm.assertEq(owner.balance, vm.envUint("BALANCE"));
        vm.assertEq(vm.getNonce(owner), vm.envUint("NONCE"));
        vm.assertEq(block.number, vm.envUint("HEIGHT"));
    }

    function testChangesItsCopy() external {
        uint256 before = till.total();
        vm.prank(owner);
        till.pay(7);
        vm.assertEq(till.total(), before + 7);
        vm.expectRevert(abi.encodeWithSelector(Till.TooMuch.selector, before + 8, before + 7));
        till.take(before + 8);
    }

    function testReadsEarlierBlocks() external {
        uint256 paid = vm.envUint("LAST");
        uint256 before = till.total();
        vm.rollFork(block.number - 1);
        vm.assertEq(till.total(), before - paid);
    }
}
