// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {Blockhash} from "@openzeppelin/contracts/utils/Blockhash.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";
import {RSA} from "@openzeppelin/contracts/utils/cryptography/RSA.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

contract Cryptography is EIP712 {
    bytes32 private constant MAIL = keccak256("Mail(address to,string contents)");

    constructor() EIP712("Post", "1") {}

    function signerOf(string calldata text, bytes calldata signature) external pure returns (address) {
        return ECDSA.recover(MessageHashUtils.toEthSignedMessageHash(bytes(text)), signature);
    }

    function signerOfMail(address to, string calldata contents, bytes calldata signature) external view returns (address) {
        return ECDSA.recover(_hashTypedDataV4(keccak256(abi.encode(MAIL, to, keccak256(bytes(contents))))), signature);
    }

    function isLeaf(bytes32[] calldata proof, bytes32 root, bytes32 leaf) external pure returns (bool) {
        return MerkleProof.verifyCalldata(proof, root, leaf);
    }

    function p256Native(bytes32 hash, bytes32 r, bytes32 s, bytes32 x, bytes32 y) external view returns (bool) {
        return P256.verifyNative(hash, r, s, x, y);
    }

    function p256Solidity(bytes32 hash, bytes32 r, bytes32 s, bytes32 x, bytes32 y) external view returns (bool) {
        return P256.verifySolidity(hash, r, s, x, y);
    }

    function rsa(bytes calldata data, bytes calldata signature, bytes calldata exponent, bytes calldata modulus) external view returns (bool) {
        return RSA.pkcs1Sha256(data, signature, exponent, modulus);
    }

    function power(uint256 base, uint256 exponent, uint256 modulus) external view returns (uint256) {
        return Math.modExp(base, exponent, modulus);
    }

    function texts(uint256 number, address who, bytes calldata data) external pure returns (string memory, string memory, string memory) {
        return (Strings.toString(number), Strings.toChecksumHexString(who), Base64.encode(data));
    }

    function hashOf(uint256 number) external view returns (bytes32) {
        return Blockhash.blockHash(number);
    }
}
