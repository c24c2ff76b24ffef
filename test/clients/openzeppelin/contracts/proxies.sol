// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
import {BeaconProxy} from "@openzeppelin/contracts/proxy/beacon/BeaconProxy.sol";
import {UpgradeableBeacon} from "@openzeppelin/contracts/proxy/beacon/UpgradeableBeacon.sol";
import {ProxyAdmin} from "@openzeppelin/contracts/proxy/transparent/ProxyAdmin.sol";
import {TransparentUpgradeableProxy} from "@openzeppelin/contracts/proxy/transparent/TransparentUpgradeableProxy.sol";
import {Create2} from "@openzeppelin/contracts/utils/Create2.sol";
import {Create3} from "@openzeppelin/contracts/utils/Create3.sol";

contract Counter is Initializable {
    uint256 public count;

    constructor() {
        _disableInitializers();
    }

    function initialize(uint256 first) external initializer {
        count = first;
    }

    function increase() external {
        count += 1;
    }

    function version() external pure virtual returns (uint256) {
        return 1;
    }
}

contract FastCounter is Counter {
    function increaseBy(uint256 step) external {
        count += step;
    }

    function version() external pure override returns (uint256) {
        return 2;
    }
}

contract OwnCounter is Initializable, OwnableUpgradeable, UUPSUpgradeable {
    uint256 public count;

    constructor() {
        _disableInitializers();
    }

    function initialize(address owner) external initializer {
        __Ownable_init(owner);
    }

    function increase() external virtual {
        count += 1;
    }

    function _authorizeUpgrade(address) internal override onlyOwner {}
}

contract OwnCounterV2 is OwnCounter {
    uint256 public step;

    function initializeV2(uint256 first) external reinitializer(2) {
        step = first;
    }

    function increase() external override {
        count += step;
    }
}

contract Factory {
    using Clones for address;

    event Made(address instance);

    function clone(address implementation) external {
        emit Made(implementation.clone());
    }

    function cloneAt(address implementation, bytes32 salt) external {
        emit Made(implementation.cloneDeterministic(salt));
    }

    function cloneWith(address implementation, bytes calldata args) external {
        emit Made(implementation.cloneWithImmutableArgs(args));
    }

    function create2(bytes32 salt, bytes memory code) external payable {
        emit Made(Create2.deploy(msg.value, salt, code));
    }

    function create3(bytes32 salt, bytes memory code) external payable {
        emit Made(Create3.deploy(msg.value, salt, code));
    }

    function addressOfClone(address implementation, bytes32 salt) external view returns (address) {
        return implementation.predictDeterministicAddress(salt);
    }

    function addressOf2(bytes32 salt, bytes32 codeHash) external view returns (address) {
        return Create2.computeAddress(salt, codeHash);
    }

    function addressOf3(bytes32 salt) external view returns (address) {
        return Create3.computeAddress(salt);
    }

    function argsOf(address instance) external view returns (bytes memory) {
        return Clones.fetchCloneArgs(instance);
    }
}
