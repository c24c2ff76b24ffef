// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {Account} from "@openzeppelin/contracts/account/Account.sol";
import {ERC7821} from "@openzeppelin/contracts/account/extensions/draft-ERC7821.sol";
import {PaymasterSigner} from "@openzeppelin/contracts/account/paymaster/extensions/PaymasterSigner.sol";
import {IEntryPoint} from "@openzeppelin/contracts/interfaces/IERC4337.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {ERC1155Holder} from "@openzeppelin/contracts/token/ERC1155/utils/ERC1155Holder.sol";
import {ERC721Holder} from "@openzeppelin/contracts/token/ERC721/utils/ERC721Holder.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {ERC7739} from "@openzeppelin/contracts/utils/cryptography/signers/draft-ERC7739.sol";
import {MultiSignerERC7913} from "@openzeppelin/contracts/utils/cryptography/signers/MultiSignerERC7913.sol";
import {AbstractSigner} from "@openzeppelin/contracts/utils/cryptography/signers/AbstractSigner.sol";
import {SignerECDSA} from "@openzeppelin/contracts/utils/cryptography/signers/SignerECDSA.sol";
import {SignerP256, SignerWebAuthn} from "@openzeppelin/contracts/utils/cryptography/signers/SignerWebAuthn.sol";
import {ERC7913WebAuthnVerifier} from "@openzeppelin/contracts/utils/cryptography/verifiers/ERC7913WebAuthnVerifier.sol";

abstract contract Wallet is Account, ERC7739, ERC7821, ERC721Holder, ERC1155Holder {
    IEntryPoint private immutable entry;

    constructor(IEntryPoint entry_) EIP712("Wallet", "1") {
        entry = entry_;
    }

    function entryPoint() public view override returns (IEntryPoint) {
        return entry;
    }

    function _erc7821AuthorizedExecutor(address caller, bytes32 mode, bytes calldata data) internal view override returns (bool) {
        return caller == address(entry) || super._erc7821AuthorizedExecutor(caller, mode, data);
    }
}

contract KeyWallet is Wallet, SignerECDSA {
    constructor(IEntryPoint entry, address key) Wallet(entry) SignerECDSA(key) {}
}

/// Signed for by a passkey.
contract PasskeyWallet is Wallet, SignerWebAuthn {
    constructor(IEntryPoint entry, bytes32 x, bytes32 y) Wallet(entry) SignerP256(x, y) {}
}

contract SharedWallet is Wallet, MultiSignerERC7913 {
    constructor(IEntryPoint entry, bytes[] memory signers, uint64 threshold) Wallet(entry) MultiSignerERC7913(signers, threshold) {}
}

/// Makes the wallet of a key, at an address that depends on the key only.
contract WalletFactory {
    IEntryPoint private immutable entry;

    constructor(IEntryPoint entry_) {
        entry = entry_;
    }

    function make(address key) external returns (address wallet) {
        wallet = addressOf(key);
        if (wallet.code.length == 0) new KeyWallet{salt: 0}(entry, key);
    }

    function addressOf(address key) public view returns (address) {
        bytes32 code = keccak256(abi.encodePacked(type(KeyWallet).creationCode, abi.encode(entry, key)));
        return address(uint160(uint256(keccak256(abi.encodePacked(bytes1(0xff), address(this), bytes32(0), code)))));
    }
}

/// Pays for what its signer has agreed to.
contract Sponsor is PaymasterSigner, SignerECDSA {
    IEntryPoint private immutable entry;

    constructor(IEntryPoint entry_, address key) EIP712("Sponsor", "1") SignerECDSA(key) {
        entry = entry_;
    }

    function entryPoint() public view override returns (IEntryPoint) {
        return entry;
    }}

contract Checker {
    function isValid(address signer, bytes32 hash, bytes calldata signature) external view returns (bool) {
        return SignatureChecker.isValidSignatureNow(signer, hash, signature);
    }
}

contract Target {
    mapping(address => uint256) public calls;

    function call(uint256 what) external payable {
        require(what != 0, "nothing to do");
        calls[msg.sender] += what;
    }
}
