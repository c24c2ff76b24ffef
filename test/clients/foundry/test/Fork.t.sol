// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {Cheats} from "../src/Cheats.sol";
import {Till} from "../src/Till.sol";

/// Runs in Foundry's own EVM, on the state of the node that --fork-url names.
contract ForkTest is Cheats {
    Till till = Till(vm.envAddress("TILL"));

    function testReadsWhatIsThere() external {
        vm.assertEq(block.chainid, vm.envUint("CHAIN"));
        vm.assertEq(till.total(), vm.envUint("TOTAL"));
        vm.assertEq(vm.envAddress("RICH").balance, vm.envUint("BALANCE"));
        vm.assertEq(vm.getNonce(vm.envAddress("RICH")), vm.envUint("NONCE"));
    }

    function testChangesItsCopy() external {
        uint256 before = till.total();
        vm.prank(vm.envAddress("RICH"));
        till.pay(7);
        vm.assertEq(till.total(), before + 7);
        vm.expectRevert(abi.encodeWithSelector(Till.TooMuch.selector, before + 8, before + 7));
        till.take(before + 8);
    }

    function testReadsEarlierBlocks() external {
        vm.rollFork(vm.envUint("EARLIER"));
        vm.assertEq(block.number, vm.envUint("EARLIER"));
        vm.assertEq(till.total(), vm.envUint("TOTAL_EARLIER"));
    }
}
