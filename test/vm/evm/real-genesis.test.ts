/** Contracts on the genesis states of a real network. */
import { describe, expect, test } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import { CarBlockstore } from "../../../src/blockstore/car/car-blockstore.js";
import type { Cid } from "../../../src/encoding/cid.js";
import { CborReader } from "../../../src/ipld/cbor.js";
import { Machine } from "../../../src/vm/machine/machine.js";
import { encodeAbi, keccak, toHex, word } from "../../support/evm/abi.js";
import { createAddress, maskedId } from "../../support/evm/eth-address.js";
import { EvmChain, ethAccount, FIL, surroundings } from "../../support/evm/evm-chain.js";
import { contract } from "../../support/evm/solidity.js";
import { skipLoudly } from "../../support/skip.js";
import { bundleFile } from "../../support/test-data.js";

const tokenContract = contract("token.sol", "Token");
const PARENT_STATE_ROOT = 8;
/** An account with most of the network's FIL. */
const FAUCET = 90;

function stateRoot(store: CarBlockstore): Cid {
  const header = store.roots[0] && store.get(store.roots[0]);
  if (header === undefined) throw new Error("no genesis block");
  const reader = new CborReader(header);
  reader.array();
  for (let field = 0; field < PARENT_STATE_ROOT; field++) reader.skip();
  return reader.cid();
}

async function open(file: string, version: number): Promise<EvmChain> {
  const store = await CarBlockstore.open(file);
  const options = { ...surroundings, network: version, stateRoot: stateRoot(store), blockstore: store };
  const faucet = { address: idAddress(FAUCET), eth: maskedId(FAUCET) };
  return new EvmChain(await Machine.create(options), store, faucet, ethAccount(2), ethAccount(3));
}

describe.each([22, 24, 27])("butterflynet, nv%i", (version) => {
  const name = `genesis/butterflynet-nv${version}.car`;
  const file = bundleFile(name);
  if (file === undefined) {
    skipLoudly(`a token: ${name} is not in the bundle folder`);
    return;
  }

  test("a token", async () => {
    const chain = await open(file, version);
    const { alice: faucet, eve, dave } = chain;
    expect((await chain.send(eve.address, { from: faucet, value: FIL })).receipt.exitCode).toBe(0);
    expect(await chain.balance(eve.address)).toBe(FIL);

    const token = await chain.deploy(tokenContract, encodeAbi(["string", "uint256"], ["TKN", 100n]));
    expect(token.eth).toBe(createAddress(eve.eth, 0));
    const { logs } = await token.call("transfer(address,uint256)", dave.eth, 30n);
    const topics = [keccak("Transfer(address,address,uint256)"), word(eve.eth), word(dave.eth)].map(toHex);
    expect(logs).toEqual([{ emitter: token.id, topics, data: toHex(word(30n)) }]);

    const next = await chain.continued();
    chain.close();
    expect(await token.on(next).get("balanceOf(address) returns (uint256)", dave.eth)).toEqual([30n]);
    expect(await token.on(next).get("balanceOf(address) returns (uint256)", eve.eth)).toEqual([70n]);
    next.close();
  });
});
