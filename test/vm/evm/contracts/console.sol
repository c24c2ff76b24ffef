// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.0;

/// Says something as Hardhat's and Foundry's libraries do.
contract Talker {
  address constant CONSOLE = 0x000000000000000000636F6e736F6c652e6c6f67;

  function log(bytes memory call) private view {
    (bool ignored, ) = CONSOLE.staticcall(call);
    ignored;
  }

  function say(uint256 n) external view {
    log(abi.encodeWithSignature("log(string,uint256,bool)", "hello", n, true));
    log(abi.encodeWithSignature("log(string,uint256,uint256)", "number %d of %s", n, type(uint256).max));
  }

  function fail() external view {
    log(abi.encodeWithSignature("log(string)", "failing"));
    revert("no way");
  }
}
