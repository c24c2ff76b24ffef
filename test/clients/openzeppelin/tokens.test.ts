/** OpenZeppelin's tokens: ERC-20 with its extensions, ERC-721, ERC-1155, ERC-4626, ERC-6909. */
import { type Hex, parseEther, parseSignature, stringToHex } from "viem";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DevNode, startDevNode } from "../support/dev-node.js";
import { artifacts } from "../support/openzeppelin.js";
import { type Client, clientOf, type Deployed, deploy, person } from "../support/viem.js";

const contracts = artifacts("tokens.sol");
const [owner, friend] = [person(0), person(1)];
const SUPPLY = parseEther("1000");

let node: DevNode;
let client: Client;
let taker: Deployed;

beforeAll(async () => {
  node = await startDevNode();
  client = clientOf(node.url);
  taker = await deploy(client, contracts("Taker"));
});
afterAll(() => node?.[Symbol.asyncDispose]());

describe("ERC-20", () => {
  let coin: Deployed;
  beforeAll(async () => {
    coin = await deploy(client, contracts("Coin"), [SUPPLY]);
  });

  test("transfers and allowances", async () => {
    const receipt = await coin.write("transfer", [friend.address, 30n]);
    expect(coin.events(receipt)).toMatchObject([
      { eventName: "Transfer", args: { from: owner.address, to: friend.address, value: 30n } },
    ]);
    await coin.write("approve", [friend.address, 20n]);
    await coin.write("transferFrom", [owner.address, friend.address, 15n], { from: friend });
    expect(await coin.read("allowance", owner.address, friend.address)).toBe(5n);
    expect(await coin.read("balanceOf", friend.address)).toBe(45n);
    expect(await coin.refusal("transferFrom", [owner.address, friend.address, 6n], { from: friend })).toEqual(
      { errorName: "ERC20InsufficientAllowance", args: [friend.address, 5n, 6n] },
    );
  });

  test("permit: an allowance that the owner has only signed for (EIP-2612)", async () => {
    const deadline = (await client.getBlock()).timestamp + 3600n;
    const value = 77n;
    const message = {
      owner: owner.address,
      spender: friend.address,
      value,
      nonce: await coin.read("nonces", owner.address),
      deadline,
    };
    const { r, s, v } = parseSignature(
      await owner.signTypedData({
        domain: { name: "Coin", version: "1", chainId: client.chain.id, verifyingContract: coin.address },
        types: {
          Permit: [
            { name: "owner", type: "address" },
            { name: "spender", type: "address" },
            { name: "value", type: "uint256" },
            { name: "nonce", type: "uint256" },
            { name: "deadline", type: "uint256" },
          ],
        },
        primaryType: "Permit",
        message,
      }),
    );
    const permit = [owner.address, friend.address, value, deadline, v, r, s];
    expect(
      await coin.refusal("permit", [owner.address, friend.address, value + 1n, deadline, v, r, s]),
    ).toMatchObject({ errorName: "ERC2612InvalidSigner" });
    await coin.write("permit", permit, { from: friend });
    expect(await coin.read("allowance", owner.address, friend.address)).toBe(value);
    // A signature counts once.
    expect(await coin.refusal("permit", permit)).toMatchObject({ errorName: "ERC2612InvalidSigner" });
  });

  test("pausing, burning, the cap", async () => {
    await coin.write("setPaused", [true]);
    expect(await coin.refusal("transfer", [friend.address, 1n])).toEqual({
      errorName: "EnforcedPause",
      args: [],
    });
    await coin.write("setPaused", [false]);
    await coin.write("burn", [100n]);
    expect(await coin.read("totalSupply")).toBe(SUPPLY - 100n);
    expect(await coin.refusal("setPaused", [true], { from: friend })).toEqual({
      errorName: "OwnableUnauthorizedAccount",
      args: [friend.address],
    });
  });

  test("transferAndCall asks the receiver (ERC-1363)", async () => {
    await coin.write("transferAndCall", [taker.address, 5n, stringToHex("for you")]);
    expect(await taker.read("note")).toBe(stringToHex("for you"));
    expect(await coin.refusal("transferAndCall", [coin.address, 5n])).toMatchObject({
      errorName: "ERC1363InvalidReceiver",
    });
  });

  test("flash loans (ERC-3156)", async () => {
    const [before, supply] = [await coin.read("balanceOf", taker.address), await coin.read("totalSupply")];
    const receipt = await taker.write("borrow", [coin.address, SUPPLY]);
    expect(coin.events(receipt).filter(({ eventName }) => eventName === "Transfer")).toHaveLength(2);
    expect(await taker.read("borrowed")).toBe(before + SUPPLY);
    expect(await coin.read("totalSupply")).toBe(supply);
  });

  test("what a transfer would change is known before it is sent (eth_simulateV1)", async () => {
    const { abi, address: to } = coin;
    const { assetChanges, results } = await client.simulateCalls({
      account: owner.address,
      calls: [
        { to, abi, functionName: "transfer", args: [friend.address, 12n] },
        { to, abi, functionName: "transfer", args: [friend.address, 10n * SUPPLY] },
      ],
      traceAssetChanges: true,
    });
    expect(results.map(({ status }) => status)).toEqual(["success", "failure"]);
    expect(results[1]?.error?.message).toContain("ERC20InsufficientBalance");
    expect(assetChanges.map(({ token, value }) => [token.symbol, value.diff])).toContainEqual(["COIN", -12n]);
  });

  test("an allowance for the rest of a message, in transient storage (ERC-7674)", async () => {
    const spender = await deploy(client, contracts("Spender"));
    await taker.write("allowAndLetSpend", [coin.address, spender.address, 3n]);
    expect(await coin.read("balanceOf", spender.address)).toBe(3n);
    expect(await coin.read("allowance", taker.address, spender.address)).toBe(0n);
  });

  test("vaults (ERC-4626)", async () => {
    const vault = await deploy(client, contracts("Vault"), [coin.address]);
    await coin.write("approve", [vault.address, 10_000n]);
    await vault.write("deposit", [1_000n, owner.address]);
    expect(await vault.read("balanceOf", owner.address)).toBe(1_000_000n);
    // A gift to the vault makes each share worth more.
    await coin.write("transfer", [vault.address, 1_000n]);
    expect(await vault.read("convertToAssets", 1_000_000n)).toBe(1_999n);
    await vault.write("withdraw", [500n, friend.address, owner.address]);
    expect(await vault.read("totalAssets")).toBe(1_500n);
    expect(await vault.refusal("withdraw", [5_000n, owner.address, owner.address])).toMatchObject({
      errorName: "ERC4626ExceededMaxWithdraw",
    });
  });
});

describe("ERC-721", () => {
  let deed: Deployed;
  beforeAll(async () => {
    deed = await deploy(client, contracts("Deed"));
  });

  test("minting, owners, texts, royalties", async () => {
    const receipt = await deed.write("mint", [owner.address, 7n, "ipfs://seven"]);
    expect(deed.events(receipt).map(({ eventName }) => eventName)).toEqual(["Transfer", "MetadataUpdate"]);
    expect(await deed.read("ownerOf", 7n)).toBe(owner.address);
    expect(await deed.read("tokenURI", 7n)).toBe("ipfs://seven");
    expect(await deed.read("tokenOfOwnerByIndex", owner.address, 0n)).toBe(7n);
    expect(await deed.read("royaltyInfo", 7n, 10_000n)).toEqual([owner.address, 250n]);
    expect(await deed.read("supportsInterface", "0x80ac58cd")).toBe(true);
    expect(await deed.refusal("ownerOf", [8n])).toEqual({
      errorName: "ERC721NonexistentToken",
      args: [8n],
    });
  });

  test("safe transfers ask contracts whether they take it", async () => {
    const give = (to: Hex) => ["safeTransferFrom", [owner.address, to, 7n]] as const;
    expect(await deed.refusal(...give(deed.address))).toEqual({
      errorName: "ERC721InvalidReceiver",
      args: [deed.address],
    });
    await deed.write(...give(taker.address));
    expect(await deed.read("ownerOf", 7n)).toBe(taker.address);
  });

  test("approvals", async () => {
    await deed.write("mint", [owner.address, 9n, ""]);
    expect(
      await deed.refusal("transferFrom", [owner.address, friend.address, 9n], { from: friend }),
    ).toMatchObject({ errorName: "ERC721InsufficientApproval" });
    await deed.write("approve", [friend.address, 9n]);
    await deed.write("transferFrom", [owner.address, friend.address, 9n], { from: friend });
    expect(await deed.read("balanceOf", friend.address)).toBe(1n);
  });
});

describe("ERC-1155", () => {
  test("batches, and what receivers say to them", async () => {
    const items = await deploy(client, contracts("Items"));
    const [ids, values] = [
      [1n, 2n, 3n],
      [10n, 20n, 30n],
    ];
    const minted = await items.write("mintBatch", [owner.address, ids, values, "0x"]);
    expect(items.events(minted)).toMatchObject([{ eventName: "TransferBatch", args: { ids, values } }]);
    const owners = ids.map(() => owner.address);
    expect(await items.read("balanceOfBatch", owners, ids)).toEqual(values);
    const give = (to: Hex) =>
      ["safeBatchTransferFrom", [owner.address, to, ids, [1n, 2n, 3n], "0x"]] as const;
    expect(await items.refusal(...give(items.address))).toEqual({
      errorName: "ERC1155InvalidReceiver",
      args: [items.address],
    });
    await items.write(...give(taker.address));
    expect(await items.read("balanceOfBatch", owners, ids)).toEqual([9n, 18n, 27n]);
    expect(await items.read("totalSupply", 3n)).toBe(30n);
    expect(await items.refusal("mintBatch", [owner.address, ids, [1n], "0x"])).toEqual({
      errorName: "ERC1155InvalidArrayLength",
      args: [3n, 1n],
    });
  });
});

describe("ERC-6909", () => {
  test("operators and allowances by token", async () => {
    const sheets = await deploy(client, contracts("Sheets"));
    await sheets.write("mint", [owner.address, 5n, 100n]);
    await sheets.write("approve", [friend.address, 5n, 10n]);
    await sheets.write("transferFrom", [owner.address, friend.address, 5n, 10n], { from: friend });
    expect(await sheets.read("balanceOf", friend.address, 5n)).toBe(10n);
    expect(
      await sheets.refusal("transferFrom", [owner.address, friend.address, 5n, 1n], { from: friend }),
    ).toMatchObject({ errorName: "ERC6909InsufficientAllowance" });
    await sheets.write("setOperator", [friend.address, true]);
    await sheets.write("transferFrom", [owner.address, friend.address, 5n, 1n], { from: friend });
    expect(await sheets.read("totalSupply", 5n)).toBe(100n);
  });
});
