// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ERC1155Holder} from "@openzeppelin/contracts/token/ERC1155/utils/ERC1155Holder.sol";
import {ERC1155} from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";
import {ERC1155Supply} from "@openzeppelin/contracts/token/ERC1155/extensions/ERC1155Supply.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC1363} from "@openzeppelin/contracts/token/ERC20/extensions/ERC1363.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {ERC20Capped} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Capped.sol";
import {ERC20FlashMint} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20FlashMint.sol";
import {ERC20Pausable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Pausable.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {ERC20TemporaryApproval} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC20TemporaryApproval.sol";
import {IERC1363Receiver} from "@openzeppelin/contracts/interfaces/IERC1363Receiver.sol";
import {IERC3156FlashBorrower} from "@openzeppelin/contracts/interfaces/IERC3156FlashBorrower.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ERC6909TokenSupply} from "@openzeppelin/contracts/token/ERC6909/extensions/ERC6909TokenSupply.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {ERC721Enumerable} from "@openzeppelin/contracts/token/ERC721/extensions/ERC721Enumerable.sol";
import {ERC721Royalty} from "@openzeppelin/contracts/token/ERC721/extensions/ERC721Royalty.sol";
import {ERC721URIStorage} from "@openzeppelin/contracts/token/ERC721/extensions/ERC721URIStorage.sol";
import {ERC721Holder} from "@openzeppelin/contracts/token/ERC721/utils/ERC721Holder.sol";

contract Coin is ERC20Burnable, ERC20Capped, ERC20Pausable, ERC20Permit, ERC20FlashMint, ERC1363, ERC20TemporaryApproval, Ownable {
    constructor(uint256 supply) ERC20("Coin", "COIN") ERC20Permit("Coin") ERC20Capped(10 * supply) Ownable(msg.sender) {
        _mint(msg.sender, supply);
    }

    function setPaused(bool paused) external onlyOwner {
        if (paused) _pause();
        else _unpause();
    }

    function allowance(address owner, address spender) public view override(ERC20, IERC20, ERC20TemporaryApproval) returns (uint256) {
        return super.allowance(owner, spender);
    }

    function maxFlashLoan(address token) public view override returns (uint256) {
        return token == address(this) ? cap() - totalSupply() : 0;
    }

    function _spendAllowance(address owner, address spender, uint256 value) internal override(ERC20, ERC20TemporaryApproval) {
        super._spendAllowance(owner, spender, value);
    }

    function _update(address from, address to, uint256 value) internal override(ERC20, ERC20Capped, ERC20Pausable) {
        super._update(from, to, value);
    }
}

/// Takes all that it is given; spends what it was allowed to within one message; borrows.
contract Taker is ERC721Holder, ERC1155Holder, IERC1363Receiver, IERC3156FlashBorrower {
    using SafeERC20 for Coin;

    uint256 public borrowed;
    bytes public note;

    function onTransferReceived(address, address, uint256, bytes calldata data) external returns (bytes4) {
        note = data;
        return this.onTransferReceived.selector;
    }

    function borrow(Coin coin, uint256 value) external {
        coin.flashLoan(this, address(coin), value, "");
    }

    function onFlashLoan(address, address token, uint256 value, uint256 fee, bytes calldata) external returns (bytes32) {
        borrowed = Coin(token).balanceOf(address(this));
        Coin(token).forceApprove(token, value + fee);
        return keccak256("ERC3156FlashBorrower.onFlashLoan");
    }

    /// Allows the spender something for the rest of the message only.
    function allowAndLetSpend(Coin coin, Spender spender, uint256 value) external {
        coin.temporaryApprove(address(spender), value);
        spender.spend(coin, address(this), value);
    }
}

contract Spender {
    using SafeERC20 for Coin;

    function spend(Coin coin, address from, uint256 value) external {
        coin.safeTransferFrom(from, address(this), value);
    }
}

contract Vault is ERC4626 {
    constructor(IERC20 asset) ERC4626(asset) ERC20("Shares", "SHR") {}

    function _decimalsOffset() internal pure override returns (uint8) {
        return 3;
    }
}

contract Deed is ERC721Enumerable, ERC721URIStorage, ERC721Royalty {
    constructor() ERC721("Deed", "DEED") {
        _setDefaultRoyalty(msg.sender, 250);
    }

    function mint(address to, uint256 id, string calldata uri) external {
        _safeMint(to, id);
        _setTokenURI(id, uri);
    }

    function tokenURI(uint256 id) public view override(ERC721, ERC721URIStorage) returns (string memory) {
        return super.tokenURI(id);
    }

    function supportsInterface(bytes4 id) public view override(ERC721Enumerable, ERC721URIStorage, ERC721Royalty) returns (bool) {
        return super.supportsInterface(id);
    }

    function _update(address to, uint256 id, address auth) internal override(ERC721, ERC721Enumerable) returns (address) {
        return super._update(to, id, auth);
    }

    function _increaseBalance(address account, uint128 value) internal override(ERC721, ERC721Enumerable) {
        super._increaseBalance(account, value);
    }
}

contract Items is ERC1155Supply {
    constructor() ERC1155("ipfs://items/{id}.json") {}

    function mintBatch(address to, uint256[] calldata ids, uint256[] calldata values, bytes calldata data) external {
        _mintBatch(to, ids, values, data);
    }
}

contract Sheets is ERC6909TokenSupply {
    function mint(address to, uint256 id, uint256 value) external {
        _mint(to, id, value);
    }
}
