// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

contract Callee {
    uint256 public number; // the same slot as Caller's

    event Called(address self, address sender, address origin, uint256 value);

    function who() public payable returns (address self, address sender, address origin, uint256 value) {
        emit Called(address(this), msg.sender, tx.origin, msg.value);
        return (address(this), msg.sender, tx.origin, msg.value);
    }

    function set(uint256 value) external payable returns (uint256) {
        number = value;
        return value + 1;
    }

    function read() external view returns (uint256) {
        return number;
    }

    function refuse() external pure {
        revert("refused");
    }
}

contract Caller {
    uint256 public number;

    function call(address to, bytes calldata data) external payable returns (bool ok, bytes memory output) {
        (ok, output) = to.call{value: msg.value}(data);
    }

    function callWithGas(address to, bytes calldata data, uint256 gasLimit) external returns (bool ok, bytes memory output) {
        (ok, output) = to.call{gas: gasLimit}(data);
    }

    function delegate(address to, bytes calldata data) external payable returns (bool ok, bytes memory output) {
        (ok, output) = to.delegatecall(data);
    }

    function look(address to, bytes calldata data) external view returns (bool ok, bytes memory output) {
        (ok, output) = to.staticcall(data);
    }

    /// Two levels: read-only is inherited.
    function lookThrough(address middle, address to, bytes calldata data) external view returns (bool ok, bytes memory output) {
        (ok, output) = middle.staticcall(abi.encodeCall(Caller.call, (to, data)));
    }
}

/// Methods of Filecoin, by FRC-0042 numbers.
contract Native {
    event Method(uint64 number, uint64 codec, bytes params);

    function handle_filecoin_method(uint64 method, uint64 codec, bytes calldata params) external returns (uint32 exitCode, uint64 returnCodec, bytes memory data) {
        emit Method(method, codec, params);
        return (method == 7777 ? 42 : 0, 0x51, params);
    }
}
