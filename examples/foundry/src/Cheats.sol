// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// Parts of forge-std, which npm does not have, that scripts and tests here need.
interface Vm {
    function startBroadcast() external;
    function stopBroadcast() external;
    function broadcast() external;
    function prank(address sender) external;
    function expectRevert(bytes calldata data) external;
    function rollFork(uint256 blockNumber) external;
    function getNonce(address account) external view returns (uint64);
    function envAddress(string calldata name) external view returns (address);
    function envUint(string calldata name) external view returns (uint256);
    function assertEq(uint256 left, uint256 right) external pure;
}

abstract contract Cheats {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
}
