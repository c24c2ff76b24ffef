/**
 * An Ethereum contract on Filecoin: compiles Solidity, deploys the contract on a network of our own with
 * mainnet's builtin actors, calls it and shows its events.
 *
 * Needs the actors: npx fvm bundles fetch v18
 */
import { decode, encode } from "@ipld/dag-cbor";
import {
  type Address,
  type ApplyResult,
  actorsOf,
  blockOf,
  bundleFolders,
  delegatedAddress,
  findBundle,
  Genesis,
  idAddress,
  Machine,
  MemoryBlockstore,
  openBundle,
} from "fvm-node";
import solc from "solc";

const source = `
  pragma solidity ^0.8.20;

  contract Counter {
    uint256 public count;
    event Increased(address indexed by, uint256 count);

    function increase(uint256 amount) external {
      count += amount;
      emit Increased(msg.sender, count);
    }
  }`;

// The Ethereum address manager creates contracts; contracts are called by the method InvokeEVM.
const EAM_ID = 10;
const CREATE_EXTERNAL = 4;
const INVOKE_EVM = 3844450837;

const FIL = 10n ** 18n;
const network = 28;

const bundle = openBundle(findBundle(bundleFolders(), { version: 18, network: "mainnet" }));
const builtins = Object.fromEntries(actorsOf(bundle).map(({ name, code }) => [name, blockOf(bundle, code)]));
const blockstore = new MemoryBlockstore();
const genesis = new Genesis(blockstore, { network, networkName: "example", builtins });
const alice = delegatedAddress(EAM_ID, new Uint8Array(20).fill(0xa1));
genesis.addAccount(alice, 100n * FIL);
const stateRoot = await genesis.write();
const machine = await Machine.create({ network, stateRoot, blockstore, epoch: 1, baseFee: 100n });

const { initcode, selectors } = compileCounter();
const creation = await send(idAddress(EAM_ID), CREATE_EXTERNAL, encode(initcode));
const [id, , ethAddress] = decode<[number, Uint8Array, Uint8Array]>(creation.receipt.returnData);
console.log(`created 0x${hex(ethAddress)}, actor f0${id}, for ${creation.receipt.gasUsed} gas`);

const counter = idAddress(id);
for (const amount of [5n, 37n]) {
  const { receipt, events } = await call("increase(uint256)", word(amount));
  console.log(`increased by ${amount} for ${receipt.gasUsed} gas`);
  for (const { emitter, entries } of events) {
    // t1 to t4 are the log's topics, d is its data.
    for (const { key, value } of entries) console.log(`  event of f0${emitter}: ${key} = 0x${hex(value)}`);
  }
}

const { receipt } = await call("count()");
console.log(`the count is ${BigInt(`0x${hex(decode<Uint8Array>(receipt.returnData))}`)}`);
machine.close();

function compileCounter(): { initcode: Uint8Array; selectors: Record<string, string> } {
  const input = {
    language: "Solidity",
    sources: { "counter.sol": { content: source } },
    settings: { outputSelection: { "*": { "*": ["evm.bytecode.object", "evm.methodIdentifiers"] } } },
  };
  const { evm } = JSON.parse(solc.compile(JSON.stringify(input))).contracts["counter.sol"].Counter;
  return { initcode: bytes(evm.bytecode.object), selectors: evm.methodIdentifiers };
}

/** Calls the counter; the input, a selector and words, is a CBOR byte string. */
function call(signature: string, ...words: Uint8Array[]): Promise<ApplyResult> {
  const input = Buffer.concat([bytes(selectors[signature] ?? ""), ...words]);
  return send(counter, INVOKE_EVM, encode(input));
}

/** Sends a message of Alice's, and insists that it succeeds. */
async function send(to: Address, method: number, params: Uint8Array): Promise<ApplyResult> {
  const result = await machine.execute({
    version: 0,
    from: alice,
    to,
    nonce: (await machine.getActor(alice))?.nonce ?? 0,
    value: 0n,
    gasLimit: 1_000_000_000,
    gasFeeCap: 200n,
    gasPremium: 10n,
    method,
    params,
  });
  if (result.receipt.exitCode !== 0) throw new Error(`exit code ${result.receipt.exitCode}`);
  return result;
}

/** A number as the EVM has it: 32 bytes. */
function word(value: bigint): Uint8Array {
  return bytes(value.toString(16).padStart(64, "0"));
}

function bytes(text: string): Uint8Array {
  return Buffer.from(text, "hex");
}

function hex(data: Uint8Array): string {
  return Buffer.from(data).toString("hex");
}
