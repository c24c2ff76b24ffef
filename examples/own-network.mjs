// A network of our own: version 28 with a cheaper call, a syscall that doubles numbers, and other code for an
// actor that is there already. The code is compiled from text by wabt.
import {
  defineSyscall,
  deriveNetwork,
  ErrorNumber,
  Genesis,
  gas,
  idAddress,
  Machine,
  MemoryBlockstore,
  SyscallError,
  secp256k1Address,
} from "fvm-node";
import wabt from "wabt";

const tools = await wabt();
const compile = (text) => tools.parseWat("actor.wat", text).toBinary({}).buffer;

// As people have deployed it: any method returns nothing.
const deployed = compile(`(module
  (memory (export "memory") 1)
  (func (export "invoke") (param i32) (result i32) (i32.const 0)))`);
// What shall run instead: it returns the double of 21, as 8 bytes.
const replacement = compile(`(module
  (import "math" "double" (func $double (param i32 i64) (result i32)))
  (import "ipld" "block_create" (func $create (param i32 i64 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "invoke") (param i32) (result i32)
    (drop (call $double (i32.const 8) (i64.const 21)))
    (drop (call $create (i32.const 0) (i64.const 0x55) (i32.const 8) (i32.const 8)))
    (i32.load (i32.const 0))))`);

const blockstore = new MemoryBlockstore();
const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
const names = ["system", "init", "account", "reward", "placeholder", "ethaccount", "eam"];
const builtins = Object.fromEntries(names.map((name) => [name, empty]));
const genesis = new Genesis(blockstore, { network: 28, networkName: "example", builtins });
const alice = secp256k1Address(new Uint8Array(65).fill(1));
genesis.addAccount(alice, 10n ** 20n);
const [code, instead] = [genesis.addCode(deployed), genesis.addCode(replacement)];
const actor = genesis.addActor({ code });
const stateRoot = await genesis.write();

const double = defineSyscall({
  name: "math.double",
  params: ["u64"],
  result: "u64",
  handle(call, number) {
    call.charge("OnDouble", gas(100));
    if (number >= 2n ** 63n) throw new SyscallError(ErrorNumber.IllegalArgument, `${number} is too large`);
    return 2n * number;
  },
});
const network = deriveNetwork(28, {
  name: "example",
  maxCallDepth: 2048,
  redirects: [[code, instead]],
  prices: { sendInvokeMethod: gas(10_000) },
  syscalls: [double],
});

const machine = await Machine.create({ network, stateRoot, blockstore, epoch: 1 });
const { receipt } = await machine.execute({
  version: 0,
  from: alice,
  to: idAddress(actor),
  nonce: 0,
  value: 0n,
  gasLimit: 10_000_000,
  gasFeeCap: 0n,
  gasPremium: 0n,
  method: 2,
  params: new Uint8Array(),
});
console.log(`exit code ${receipt.exitCode}, ${receipt.gasUsed} gas`);
console.log(`twice 21 is ${Buffer.from(receipt.returnData).readBigUInt64LE()}`);
machine.close();
