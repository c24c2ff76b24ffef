// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity 0.8.36;

// Contracts whose calls depend on what other messages of a tipset have done.

/// Looks at actors, and writes down what it sees.
contract Watcher {
    mapping(address => uint256) public seen;
    uint256 public looks;

    event Seen(address indexed who, uint256 balance, bytes32 codeHash, uint256 codeSize);

    function look(address[] calldata who) external {
        for (uint256 i = 0; i < who.length; i++) {
            uint256 balance = who[i].balance;
            seen[who[i]] = balance;
            emit Seen(who[i], balance, who[i].codehash, who[i].code.length);
        }
        looks++;
    }

    /// Fails unless somebody has so much.
    function demand(address who, uint256 least) external {
        require(who.balance >= least, "too little");
        looks++;
    }
}

/// Keeps value, and gives it to whomever it is told to.
contract Purse {
    uint256 public payments;

    event Paid(address indexed to, uint256 value, bool success);

    receive() external payable {}

    function pay(address to, uint256 value) external payable {
        give(to, value);
    }

    /// All that it has.
    function sweep(address to) external payable {
        give(to, address(this).balance);
    }

    /// To several the same, or to nobody anything.
    function share(address[] calldata to, uint256 value) external payable {
        for (uint256 i = 0; i < to.length; i++) {
            (bool success, ) = to[i].call{value: value}("");
            require(success, "not paid");
        }
        payments++;
    }

    function give(address to, uint256 value) private {
        (bool success, ) = to.call{value: value}("");
        payments++;
        emit Paid(to, value, success);
    }
}

/// Calls whom somebody else chooses.
contract Switch {
    address public target;
    uint256 public calls;

    event Called(address indexed target, bool success, bytes result);

    function choose(address next) external {
        target = next;
    }

    function go(uint256 argument) external payable {
        (bool success, bytes memory result) = target.call{value: msg.value}(
            abi.encodeWithSignature("spin(uint256)", argument)
        );
        calls++;
        emit Called(target, success, result);
    }
}

/// Work that takes as long as somebody else says.
contract Spinner {
    uint256 public turns;
    bytes32 public result;

    function set(uint256 next) external {
        turns = next;
    }

    function add(uint256 more) external {
        turns += more;
    }

    function spin(uint256 seed) external payable returns (bytes32) {
        bytes32 hash = keccak256(abi.encode(seed, result));
        for (uint256 i = 0; i < turns; i++) hash = keccak256(abi.encode(hash, i));
        result = hash;
        return hash;
    }
}

/// Facts of the epoch and the message.
contract Clock {
    bytes32 public mixed;

    event Ticked(uint256 number, uint256 timestamp, uint256 random, bytes32 parent, uint256 price);

    function tick() external {
        mixed = keccak256(abi.encode(mixed, block.number, block.prevrandao, blockhash(block.number - 1)));
        emit Ticked(block.number, block.timestamp, block.prevrandao, blockhash(block.number - 1), tx.gasprice);
    }
}

/// Counts its calls until it is ended.
contract Mortal {
    uint256 public calls;

    event Touched(uint256 calls, uint256 balance);

    constructor() payable {}

    receive() external payable {}

    function touch() external payable {
        calls++;
        emit Touched(calls, address(this).balance);
    }

    function end(address payable heir) external {
        selfdestruct(heir);
    }
}

/// Creates contracts.
contract Factory {
    address[] public children;

    event Made(address child);

    function make() external payable {
        record(address(new Mortal{value: msg.value}()));
    }

    /// Fails the second time with the same salt.
    function makeAt(bytes32 salt) external payable {
        record(address(new Mortal{value: msg.value, salt: salt}()));
    }

    /// Makes one that ends in the same message.
    function makeAndEnd(address payable heir) external payable {
        Mortal child = new Mortal{value: msg.value}();
        child.touch();
        child.end(heir);
        record(address(child));
    }

    /// Calls the last one.
    function touchLast() external {
        Mortal(payable(children[children.length - 1])).touch();
    }

    function record(address child) private {
        children.push(child);
        emit Made(child);
    }
}
