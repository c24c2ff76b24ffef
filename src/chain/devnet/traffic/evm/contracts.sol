// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity 0.8.36;

// Contracts of the traffic: what mainnet's are like, no more. `node scripts/devnet-contracts.mjs` compiles them.

/// An ERC-20 token that anybody may mint.
contract Token {
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;
    uint256 public totalSupply;

    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);

    function mint(address to, uint256 value) external {
        totalSupply += value;
        balanceOf[to] += value;
        emit Transfer(address(0), to, value);
    }

    function transfer(address to, uint256 value) external returns (bool) {
        move(msg.sender, to, value);
        return true;
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        emit Approval(msg.sender, spender, value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        uint256 allowed = allowance[from][msg.sender];
        require(allowed >= value, "allowance");
        if (allowed != type(uint256).max) allowance[from][msg.sender] = allowed - value;
        move(from, to, value);
        return true;
    }

    function move(address from, address to, uint256 value) private {
        uint256 balance = balanceOf[from];
        require(balance >= value, "balance");
        unchecked {
            balanceOf[from] = balance - value;
            balanceOf[to] += value;
        }
        emit Transfer(from, to, value);
    }
}

/// A market of two tokens with a constant product, a fee of 0.3 % and an oracle of prices.
contract Exchange {
    Token[2] public tokens;
    uint112[2] public reserves;
    uint256[2] public priceSums;
    uint32 public lastTime;
    uint256 public swaps;

    event Swap(address indexed sender, uint256 paid, uint256 got, uint256 side);
    event Sync(uint112 reserve0, uint112 reserve1);

    constructor() {
        tokens = [new Token(), new Token()];
        for (uint256 i = 0; i < 2; i++) tokens[i].mint(address(this), 1e27);
        save(1e27, 1e27);
    }

    /// Gives the sender both tokens.
    function enter() external {
        for (uint256 i = 0; i < 2; i++) tokens[i].mint(msg.sender, 1e24);
    }

    /// The sender pays with the token of a side, which has to be approved, and gets the other one.
    function swap(uint256 side, uint256 paid, uint256 least) external returns (uint256 got) {
        uint256 other = 1 - side;
        require(tokens[side].transferFrom(msg.sender, address(this), paid));
        uint256 withFee = paid * 997;
        got = (withFee * reserves[other]) / (uint256(reserves[side]) * 1000 + withFee);
        require(got >= least, "too little");
        require(tokens[other].transfer(msg.sender, got));
        uint256 k = uint256(reserves[0]) * reserves[1];
        uint256 balance0 = tokens[0].balanceOf(address(this));
        uint256 balance1 = tokens[1].balanceOf(address(this));
        require(balance0 * balance1 >= k, "k");
        save(balance0, balance1);
        swaps++;
        emit Swap(msg.sender, paid, got, side);
    }

    function save(uint256 balance0, uint256 balance1) private {
        uint256 elapsed = block.timestamp - lastTime;
        if (reserves[0] != 0) {
            priceSums[0] += ((uint256(reserves[1]) << 112) / reserves[0]) * elapsed;
            priceSums[1] += ((uint256(reserves[0]) << 112) / reserves[1]) * elapsed;
        }
        lastTime = uint32(block.timestamp);
        reserves = [uint112(balance0), uint112(balance1)];
        emit Sync(uint112(balance0), uint112(balance1));
    }
}

/// Computes and hashes: roots of Merkle trees, SHA-256, recovered signers.
contract Worker {
    bytes32 public root;
    mapping(uint256 => bytes32) public roots;

    event Computed(uint256 indexed seed, bytes32 root);

    function work(uint256 seed, uint256 leaves) external returns (bytes32) {
        bytes32[] memory nodes = new bytes32[](leaves);
        for (uint256 i = 0; i < leaves; i++) nodes[i] = keccak256(abi.encode(seed, i, root));
        for (uint256 n = leaves; n > 1; n = (n + 1) / 2) {
            for (uint256 i = 0; i < n / 2; i++) {
                (bytes32 a, bytes32 b) = (nodes[2 * i], nodes[2 * i + 1]);
                nodes[i] = a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
            }
            if (n % 2 == 1) nodes[n / 2] = nodes[n - 1];
        }
        bytes32 digest = sha256(abi.encode(nodes[0], seed));
        address signer = ecrecover(digest, 27, nodes[0], bytes32(uint256(1)));
        root = keccak256(abi.encode(digest, signer));
        roots[seed] = root;
        emit Computed(seed, root);
        return root;
    }
}

/// Calls builtin actors.
contract Natives {
    address private constant CALL_ACTOR_ID = 0xfe00000000000000000000000000000000000005;
    uint64 private constant READ_ONLY = 1;

    uint256 public answers;
    bytes32 public last;

    event Answered(uint64 indexed actor, int256 exitCode, bytes answer);

    /// Asks each actor by a method without parameters.
    function ask(uint64[] calldata actors, uint64[] calldata methods) external {
        for (uint256 i = 0; i < actors.length; i++) {
            (bool success, bytes memory result) = CALL_ACTOR_ID.delegatecall(
                abi.encode(methods[i], 0, READ_ONLY, 0, new bytes(0), actors[i])
            );
            require(success, "not called");
            (int256 exitCode, , bytes memory answer) = abi.decode(result, (int256, uint64, bytes));
            last = keccak256(answer);
            answers++;
            emit Answered(actors[i], exitCode, answer);
        }
    }
}

/// Several calls in one.
contract Batch {
    /// Mints for each, and looks at what they have then. All of it counts, or nothing.
    function give(Token token, address[] calldata to, uint256 value) external returns (uint256 sum) {
        for (uint256 i = 0; i < to.length; i++) {
            token.mint(to[i], value);
            sum += token.balanceOf(to[i]);
        }
    }
}
