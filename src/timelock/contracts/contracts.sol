// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity 0.8.36;

// Contracts of time locks. `node scripts/timelock-contracts.mjs` compiles them.

/// The epoch from which on what is sealed to `epoch` can be read: its round is public one epoch before.
function publicFrom(uint64 epoch) pure returns (uint64) {
    return epoch - 1;
}

/// Calls of one owner that nobody knows before an epoch, and that anybody carries out from then on. The contract is the
/// owner's account: calls are made in its name, with its funds.
contract TimeLock {
    enum State {
        None,
        Locked,
        Succeeded,
        Failed,
        Reclaimed
    }

    struct Lock {
        /// keccak256 of the content.
        bytes32 commitment;
        uint64 epoch;
        /// From this epoch on it cannot be opened any more.
        uint64 expiry;
        State state;
        /// attoFIL for who opens it.
        uint128 tip;
        /// attoFIL that its call may send.
        uint128 funds;
    }

    /// A call as its content has it: `abi.encode(Content)`.
    struct Content {
        address to;
        uint256 value;
        /// Filecoin's gas that the call gets, at least.
        uint256 gas;
        bytes data;
        /// Nobody can guess the content by its commitment.
        bytes32 salt;
    }

    /// Gas that is gone between the look at what there is and the call: the contract's state is written in between.
    uint256 public constant GAS_BEFORE_CALL = 20_000_000;

    address public immutable owner;
    Lock[] public locks;
    /// attoFIL of locks that are neither opened nor reclaimed.
    uint256 public reserved;

    event Locked(uint256 indexed id, uint64 indexed epoch, bytes32 commitment, bytes sealedContent);
    event Opened(uint256 indexed id, address indexed opener, bool succeeded);
    event Reclaimed(uint256 indexed id);

    modifier onlyOwner() {
        require(msg.sender == owner, "owner");
        _;
    }

    constructor() payable {
        owner = msg.sender;
    }

    receive() external payable {}

    /// Refused from when on the content can be read.
    function lock(bytes32 commitment, uint64 epoch, uint64 expiry, uint128 tip, bytes calldata sealedContent)
        external
        payable
        onlyOwner
        returns (uint256 id)
    {
        require(epoch > 0 && block.number < publicFrom(epoch), "late");
        require(expiry > epoch, "expiry");
        require(msg.value >= tip && msg.value <= type(uint128).max, "value");
        id = locks.length;
        locks.push(Lock(commitment, epoch, expiry, State.Locked, tip, uint128(msg.value - tip)));
        reserved += msg.value;
        emit Locked(id, epoch, commitment, sealedContent);
    }

    /// Makes the call, once, whoever asks, from the epoch on and before the expiry. Its failure changes no more than the
    /// lock's state. What it does not send stays with the owner.
    function open(uint256 id, bytes calldata content) external returns (bool succeeded) {
        Lock storage it = locks[id];
        require(it.state == State.Locked, "state");
        require(block.number >= it.epoch, "early");
        require(block.number < it.expiry, "expired");
        require(keccak256(content) == it.commitment, "content");
        Content memory call = abi.decode(content, (Content));
        require(call.value <= it.funds, "funds");
        uint256 tip = it.tip;
        reserved -= tip + it.funds;
        // Whoever the call comes back through finds it opened.
        it.state = State.Failed;
        succeeded = callOnce(call);
        if (succeeded) it.state = State.Succeeded;
        emit Opened(id, msg.sender, succeeded);
        // Who cannot be paid leaves it to the owner.
        send(msg.sender, tip);
    }

    /// For what nobody could open: the funds are the owner's again.
    function reclaim(uint256 id) external onlyOwner {
        Lock storage it = locks[id];
        require(it.state == State.Locked, "state");
        require(block.number >= it.expiry, "early");
        it.state = State.Reclaimed;
        reserved -= uint256(it.tip) + it.funds;
        emit Reclaimed(id);
    }

    function withdraw(address to, uint256 value) external onlyOwner {
        require(value <= address(this).balance - reserved, "reserved");
        require(send(to, value), "receiver");
    }

    /// Whether it can be opened now, or later.
    function isWaiting(uint256 id) external view returns (bool) {
        Lock storage it = locks[id];
        return it.state == State.Locked && block.number < it.expiry;
    }

    function count() external view returns (uint256) {
        return locks.length;
    }

    /// With all the gas that the content says, or not at all: who opens cannot make it fail.
    function callOnce(Content memory call) private returns (bool succeeded) {
        (address to, uint256 value, uint256 limit, bytes memory data) = (call.to, call.value, call.gas, call.data);
        require(limit <= type(uint64).max && (gasleft() / 64) * 63 >= limit + GAS_BEFORE_CALL, "gas");
        // Returned data is not copied: that would be at the opener's expense.
        assembly {
            succeeded := call(limit, to, value, add(data, 32), mload(data), 0, 0)
        }
    }

    function send(address to, uint256 value) private returns (bool sent) {
        assembly {
            sent := call(gas(), to, value, 0, 0, 0, 0)
        }
    }
}

/// Texts that nobody knows before an epoch, and that anybody publishes from then on.
contract SealedTexts {
    struct Sealed {
        address author;
        uint64 epoch;
        /// keccak256 of salt and text.
        bytes32 commitment;
    }

    Sealed[] public texts;
    /// Texts that have been published, by number.
    mapping(uint256 => bytes) public revealed;
    mapping(uint256 => bool) public isRevealed;

    event Locked(uint256 indexed id, uint64 indexed epoch, bytes32 commitment, bytes sealedContent);
    event Revealed(uint256 indexed id, address indexed author, bytes text);

    /// Refused from when on the text can be read.
    function lock(bytes32 commitment, uint64 epoch, bytes calldata sealedContent) external returns (uint256 id) {
        require(epoch > 0 && block.number < publicFrom(epoch), "late");
        id = texts.length;
        texts.push(Sealed(msg.sender, epoch, commitment));
        emit Locked(id, epoch, commitment, sealedContent);
    }

    /// Publishes a text. `content`: the salt of 32 bytes, and the text.
    function open(uint256 id, bytes calldata content) external {
        Sealed storage it = texts[id];
        require(!isRevealed[id], "state");
        require(block.number >= it.epoch, "early");
        require(content.length >= 32 && keccak256(content) == it.commitment, "content");
        isRevealed[id] = true;
        revealed[id] = content[32:];
        emit Revealed(id, it.author, content[32:]);
    }

    /// Whether it is not published yet.
    function isWaiting(uint256 id) external view returns (bool) {
        return id < texts.length && !isRevealed[id];
    }

    function count() external view returns (uint256) {
        return texts.length;
    }
}
