// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// A token with EIP-2612's permits, as USDFC is one.
contract Coin {
    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);

    error NotEnough(uint256 has, uint256 asked);
    error BadPermit();

    string public constant name = "Coin for tests";
    string public constant symbol = "COIN";
    string public constant version = "1";
    uint8 public constant decimals = 18;

    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;
    mapping(address => uint256) public nonces;
    uint256 public totalSupply;

    constructor(uint256 supply) {
        totalSupply = supply;
        balanceOf[msg.sender] = supply;
        emit Transfer(address(0), msg.sender, supply);
    }

    function transfer(address to, uint256 value) external returns (bool) {
        move(msg.sender, to, value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        uint256 allowed = allowance[from][msg.sender];
        if (allowed < value) revert NotEnough(allowed, value);
        allowance[from][msg.sender] = allowed - value;
        move(from, to, value);
        return true;
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allow(msg.sender, spender, value);
        return true;
    }

    function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        external
    {
        bytes32 text = keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        bytes32 message = keccak256(abi.encode(text, owner, spender, value, nonces[owner]++, deadline));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", DOMAIN_SEPARATOR(), message));
        if (block.timestamp > deadline || ecrecover(digest, v, r, s) != owner) revert BadPermit();
        allow(owner, spender, value);
    }

    function DOMAIN_SEPARATOR() public view returns (bytes32) {
        bytes32 text = keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
        return keccak256(
            abi.encode(text, keccak256(bytes(name)), keccak256(bytes(version)), block.chainid, address(this))
        );
    }

    function move(address from, address to, uint256 value) private {
        if (balanceOf[from] < value) revert NotEnough(balanceOf[from], value);
        balanceOf[from] -= value;
        balanceOf[to] += value;
        emit Transfer(from, to, value);
    }

    function allow(address owner, address spender, uint256 value) private {
        allowance[owner][spender] = value;
        emit Approval(owner, spender, value);
    }
}

/// Accounts and operators as Filecoin Pay's interface has them, without its rails.
contract Accounts {
    struct Approval {
        bool isApproved;
        uint256 rateAllowance;
        uint256 lockupAllowance;
        uint256 rateUsage;
        uint256 lockupUsage;
        uint256 maxLockupPeriod;
    }

    event DepositRecorded(address indexed token, address indexed from, address indexed to, uint256 amount);
    event WithdrawRecorded(address indexed token, address indexed from, address indexed to, uint256 amount);
    event OperatorApprovalUpdated(
        address indexed token,
        address indexed client,
        address indexed operator,
        bool approved,
        uint256 rateAllowance,
        uint256 lockupAllowance,
        uint256 maxLockupPeriod
    );

    error InsufficientUnlockedFunds(uint256 available, uint256 requested);

    mapping(address => mapping(address => uint256)) private funds;
    mapping(address => mapping(address => mapping(address => Approval))) public operatorApprovals;

    function accounts(address token, address owner) external view returns (uint256, uint256, uint256, uint256) {
        return (funds[token][owner], 0, 0, block.number);
    }

    function deposit(address token, address to, uint256 amount) external payable {
        record(token, to, amount);
    }

    function depositWithPermit(
        address token,
        address to,
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) public {
        Coin(token).permit(to, address(this), amount, deadline, v, r, s);
        record(token, to, amount);
    }

    function depositWithPermitAndApproveOperator(
        address token,
        address to,
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s,
        address operator,
        uint256 rateAllowance,
        uint256 lockupAllowance,
        uint256 maxLockupPeriod
    ) external {
        setOperatorApproval(token, operator, true, rateAllowance, lockupAllowance, maxLockupPeriod);
        depositWithPermit(token, to, amount, deadline, v, r, s);
    }

    function withdraw(address token, uint256 amount) external {
        uint256 available = funds[token][msg.sender];
        if (available < amount) revert InsufficientUnlockedFunds(available, amount);
        funds[token][msg.sender] = available - amount;
        Coin(token).transfer(msg.sender, amount);
        emit WithdrawRecorded(token, msg.sender, msg.sender, amount);
    }

    function setOperatorApproval(
        address token,
        address operator,
        bool approved,
        uint256 rateAllowance,
        uint256 lockupAllowance,
        uint256 maxLockupPeriod
    ) public {
        operatorApprovals[token][msg.sender][operator] =
            Approval(approved, rateAllowance, lockupAllowance, 0, 0, maxLockupPeriod);
        emit OperatorApprovalUpdated(
            token, msg.sender, operator, approved, rateAllowance, lockupAllowance, maxLockupPeriod
        );
    }

    function record(address token, address to, uint256 amount) private {
        Coin(token).transferFrom(msg.sender, address(this), amount);
        funds[token][to] += amount;
        emit DepositRecorded(token, msg.sender, to, amount);
    }
}
