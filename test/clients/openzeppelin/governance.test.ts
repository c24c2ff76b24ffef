/** A governor, the shares that vote, and the timelock that executes. */
import { encodeFunctionData, type Hex, keccak256, parseEther, stringToHex, zeroAddress } from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DevNode, startDevNode } from "../support/dev-node.js";
import { artifacts } from "../support/openzeppelin.js";
import { at, type Client, clientOf, type Deployed, deploy, errorsOf, person } from "../support/viem.js";

const contracts = artifacts("governance.sol");
const [owner, voter, other] = [person(0), person(1), person(2)];
const DELAY = 3600;
const [AGAINST, FOR] = [0, 1];
const State = { Pending: 0, Active: 1, Defeated: 3, Succeeded: 4, Queued: 5, Executed: 7 } as const;

let node: DevNode;
let client: Client;
let shares: Deployed;
let timelock: Deployed;
let board: Deployed;
let box: Deployed;

beforeAll(async () => {
  node = await startDevNode();
  client = clientOf(node.url);
  shares = await deploy(client, contracts("Shares"));
  const timelockContract = contracts("TimelockController", "governance");
  timelock = await deploy(client, timelockContract, [DELAY, [], [zeroAddress], owner.address]);
  const { address, abi } = await deploy(client, contracts("Board"), [shares.address, timelock.address]);
  board = at(client, [...abi, ...errorsOf(timelock.abi)], address);
  box = await deploy(client, contracts("Box"), [timelock.address]);
  for (const role of ["PROPOSER_ROLE", "CANCELLER_ROLE"])
    await timelock.write("grantRole", [await timelock.read(role), board.address]);
  await timelock.write("renounceRole", [await timelock.read("DEFAULT_ADMIN_ROLE"), owner.address]);
  await shares.write("delegate", [owner.address]);
  await shares.write("transfer", [voter.address, parseEther("10")]);
  await shares.write("delegate", [voter.address], { from: voter });
});
afterAll(() => node?.[Symbol.asyncDispose]());

/** Decisions of the board: to store a number, paying for it. */
function proposal(what: bigint, value: bigint, text: string) {
  const data = encodeFunctionData({ abi: box.abi, functionName: "store", args: [what] });
  const actions = [[box.address], [value], [data]] as const;
  const hash = keccak256(stringToHex(text));
  return {
    text,
    actions,
    hash,
    async propose(): Promise<bigint> {
      await board.write("propose", [...actions, text]);
      const id = await board.read("hashProposal", ...actions, hash);
      expect(await board.read("state", id)).toBe(State.Pending);
      await client.mine({ blocks: 3 });
      expect(await board.read("state", id)).toBe(State.Active);
      return id;
    },
  };
}

/** The vote of somebody who sends nothing, as EIP-712 signs it. */
function signVote(account: typeof voter, id: bigint, support: number): Promise<Hex> {
  const domain = { name: "Board", version: "1", chainId: client.chain.id, verifyingContract: board.address };
  return account.signTypedData({
    domain,
    types: {
      Ballot: [
        { name: "proposalId", type: "uint256" },
        { name: "support", type: "uint8" },
        { name: "voter", type: "address" },
        { name: "nonce", type: "uint256" },
      ],
    },
    primaryType: "Ballot",
    message: { proposalId: id, support, voter: account.address, nonce: 0n },
  });
}

test("a proposal is voted for, queued, and executed once its time has come", async () => {
  const { actions, hash, propose } = proposal(42n, parseEther("1"), "Store 42");
  const id = await propose();
  await board.write("castVoteWithReason", [id, FOR, "why not"]);
  expect(await board.refusal("castVote", [id, FOR])).toEqual({
    errorName: "GovernorAlreadyCastVote",
    args: [owner.address],
  });
  const signature = await signVote(voter, id, AGAINST);
  await board.write("castVoteBySig", [id, AGAINST, voter.address, signature], { from: other });
  expect(await board.read("proposalVotes", id)).toEqual([parseEther("10"), parseEther("90"), 0n]);
  expect(await board.refusal("queue", [...actions, hash])).toMatchObject({
    errorName: "GovernorUnexpectedProposalState",
  });

  await client.mine({ blocks: 20 });
  expect(await board.read("state", id)).toBe(State.Succeeded);
  await board.write("queue", [...actions, hash]);
  expect(await board.read("state", id)).toBe(State.Queued);
  const execute = [...actions, hash];
  expect(await board.refusal("execute", execute)).toMatchObject({
    errorName: "TimelockUnexpectedOperationState",
  });
  await client.increaseTime({ seconds: DELAY });
  await client.mine({ blocks: 1 });
  await client.waitForTransactionReceipt({
    hash: await client.sendTransaction({
      to: timelock.address,
      value: parseEther("1"),
      chain: client.chain,
    }),
  });
  const receipt = await board.write("execute", execute);
  expect(box.events(receipt)).toContainEqual(
    expect.objectContaining({ eventName: "Stored", args: { value: 42n } }),
  );
  expect(await board.read("state", id)).toBe(State.Executed);
  expect(await box.read("value")).toBe(42n);
  expect(await client.getBalance({ address: box.address })).toBe(parseEther("1"));
});

test("one that too few have voted for comes to nothing", async () => {
  const id = await proposal(1n, 0n, "Store 1").propose();
  await board.write("castVote", [id, AGAINST], { from: voter });
  await client.mine({ blocks: 20 });
  expect(await board.read("state", id)).toBe(State.Defeated);
});

test("votes are those of the epoch of the snapshot", async () => {
  const id = await proposal(2n, 0n, "Store 2").propose();
  const snapshot = await board.read("proposalSnapshot", id);
  await shares.write("transfer", [other.address, parseEther("50")]);
  expect(await shares.read("getVotes", owner.address)).toBe(parseEther("40"));
  expect(await shares.read("getPastVotes", owner.address, snapshot)).toBe(parseEther("90"));
  expect(await board.read("quorum", snapshot)).toBe(parseEther("4"));
  expect(await shares.read("CLOCK_MODE")).toBe("mode=blocknumber&from=default");
});

test("nobody but the timelock owns the box, and nobody owns the timelock", async () => {
  expect(await box.refusal("store", [3n])).toEqual({
    errorName: "OwnableUnauthorizedAccount",
    args: [owner.address],
  });
  const role = await timelock.read("PROPOSER_ROLE");
  expect(await timelock.refusal("grantRole", [role, owner.address])).toMatchObject({
    errorName: "AccessControlUnauthorizedAccount",
  });
});
