// What a message to a multisig says: which method, of whom, with what parameters.
import { Genesis, MemoryBlockstore, parseAddress } from "fvm-node";
import {
  addressForms,
  decodedText,
  exitCodeText,
  exportedMethodNumber,
  readBuiltinActors,
  toJson,
} from "fvm-node/inspect";
import { multicodec } from "fvm-node/ipld";

// A state: the first one of a network of our own. Its system actor lists the builtin actors.
const blockstore = new MemoryBlockstore();
const names = ["system", "init", "account", "multisig"];
const wasm = (i) => Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 0, 2, 1, i);
const builtins = Object.fromEntries(names.map((name, i) => [name, wasm(i)]));
const genesis = new Genesis(blockstore, { network: 28, networkName: "example", builtins });
const actors = await readBuiltinActors(blockstore, await genesis.write(), 28);

// The parameters of a message of method 2 to an actor with this code.
const type = actors.typeOf(actors.codeOf("multisig"));
const data = Buffer.from(
  "8442000640045820825501e9475adac90bc33fd5454c1019b186d0bd6b2b3448000d000000000000",
  "hex",
);
const { form, value } = actors.decodeParams(type, 2, { codec: multicodec.DAG_CBOR, data });
console.log(`${type} ${actors.methodName(type, 2)}, by its ${form}`);
console.log(decodedText(value, { multiline: true }));
console.log(JSON.stringify(toJson(value)).slice(0, 60));

console.log(exitCodeText(33, "evm"), exportedMethodNumber("InvokeEVM"));
console.log(addressForms(parseAddress("f01234")));
