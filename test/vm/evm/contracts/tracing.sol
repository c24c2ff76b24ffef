// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

contract Egg {
    uint256 public number;

    constructor(uint256 value) {
        number = value;
        new Yolk();
    }
}

contract Yolk {
    event Laid(address creator);

    constructor() {
        emit Laid(msg.sender);
    }
}

/// Creates in its constructor, three deep.
contract Nest {
    Egg public egg;

    constructor() payable {
        egg = new Egg(7);
    }
}

/// Logs before, between and after calls of precompiles.
contract Between {
    event Step(uint256 number, bytes32 hash);

    function number() external pure returns (uint256) {
        return 1;
    }

    function run() external {
        emit Step(0, 0);
        bytes32 hash = sha256("a");
        emit Step(1, hash);
        this.number();
        hash = sha256("b");
        emit Step(2, hash);
    }
}
