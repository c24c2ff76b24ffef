// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

contract Reverts {
    error Empty();
    error Detailed(address who, uint256 amount, string why);

    uint256 public count;
    uint256[] private list;

    function withReason(string calldata why) external {
        count++;
        revert(why);
    }

    function withoutReason() external pure {
        revert();
    }

    function withEmptyError() external pure {
        revert Empty();
    }

    function withDetails(uint256 amount, string calldata why) external view {
        revert Detailed(msg.sender, amount, why);
    }

    function panicAssert() external pure {
        assert(false);
    }

    function panicOverflow(uint256 value) external pure returns (uint256) {
        return value + 1;
    }

    function panicDivision(uint256 value) external pure returns (uint256) {
        return 1 / value;
    }

    function panicIndex() external view returns (uint256) {
        return list[3];
    }

    function panicPop() external {
        list.pop();
    }

    function panicMemory(uint256 length) external pure returns (uint256) {
        uint256[] memory array = new uint256[](length);
        return array.length;
    }

    function invalid() external pure {
        assembly {
            invalid()
        }
    }

    function endless() external pure {
        for (;;) {}
    }

    /// Passes on what the callee reverts with.
    function bubble(string calldata why) external {
        this.withReason(why);
    }

    /// kind: 1 Error, 2 Panic, 3 anything else
    function caught(bytes calldata data) external returns (uint256 kind, string memory why, uint256 panic, bytes memory rest) {
        try this.relay(data) {} catch Error(string memory reason) {
            (kind, why) = (1, reason);
        } catch Panic(uint256 code) {
            (kind, panic) = (2, code);
        } catch (bytes memory low) {
            (kind, rest) = (3, low);
        }
    }

    function relay(bytes calldata data) external {
        (bool ok, bytes memory output) = address(this).call(data);
        if (ok) return;
        assembly {
            revert(add(output, 32), mload(output))
        }
    }
}

contract Refuser {
    error NotNow(uint256 time);

    constructor(uint256 time) {
        revert NotNow(time);
    }
}
