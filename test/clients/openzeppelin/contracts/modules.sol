// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {AccountERC7579} from "@openzeppelin/contracts/account/extensions/draft-AccountERC7579.sol";
import {ERC4337Utils} from "@openzeppelin/contracts/account/utils/ERC4337Utils.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {IEntryPoint, PackedUserOperation} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {
    IERC7579Execution,
    IERC7579Module,
    IERC7579Validator,
    MODULE_TYPE_EXECUTOR,
    MODULE_TYPE_FALLBACK,
    MODULE_TYPE_VALIDATOR,
    VALIDATION_SUCCESS
} from "@openzeppelin/contracts/interfaces/draft-IERC7579.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// A wallet that modules make what it is.
contract ModularWallet is AccountERC7579 {
    IEntryPoint private immutable entry;

    constructor(IEntryPoint entry_, address validator, bytes memory data) {
        entry = entry_;
        _installModule(MODULE_TYPE_VALIDATOR, validator, data);
    }

    function entryPoint() public view override returns (IEntryPoint) {
        return entry;
    }
}

/// Each wallet has one key.
contract KeyValidator is IERC7579Validator {
    mapping(address wallet => address) public keys;

    function onInstall(bytes calldata data) external {
        keys[msg.sender] = address(bytes20(data));
    }

    function onUninstall(bytes calldata) external {
        delete keys[msg.sender];
    }

    function isModuleType(uint256 kind) external pure returns (bool) {
        return kind == MODULE_TYPE_VALIDATOR;
    }

    function validateUserOp(PackedUserOperation calldata operation, bytes32 hash) external view returns (uint256) {
        return signs(hash, operation.signature) ? ERC4337Utils.SIG_VALIDATION_SUCCESS : ERC4337Utils.SIG_VALIDATION_FAILED;
    }

    function isValidSignatureWithSender(address, bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        return signs(hash, signature) ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }

    function signs(bytes32 hash, bytes calldata signature) private view returns (bool) {
        (address signer, ECDSA.RecoverError error, ) = ECDSA.tryRecoverCalldata(hash, signature);
        return error == ECDSA.RecoverError.NoError && signer == keys[msg.sender];
    }
}

/// Anybody may have it make a wallet do what it was installed with; it also answers in the wallet's place.
contract Valet is IERC7579Module {
    mapping(address wallet => bytes) private errands;

    function onInstall(bytes calldata data) external {
        errands[msg.sender] = data;
    }

    function onUninstall(bytes calldata) external {
        delete errands[msg.sender];
    }

    function isModuleType(uint256 kind) external pure returns (bool) {
        return kind == MODULE_TYPE_EXECUTOR || kind == MODULE_TYPE_FALLBACK;
    }

    function run(IERC7579Execution wallet, bytes32 mode) external returns (bytes[] memory) {
        return wallet.executeFromExecutor(mode, errands[address(wallet)]);
    }

    /// Who has asked comes after the arguments (ERC-2771).
    function greet(uint256 number) external view returns (uint256, address wallet, address asker) {
        return (number, msg.sender, address(bytes20(msg.data[msg.data.length - 20:])));
    }
}
