// iso-filecoin on a node in this process: FIL from an f1 address to an f410 address.
import { startNode } from "fvm-node/node";
import { Message } from "iso-filecoin/message";
import { RPC } from "iso-filecoin/rpc";
import { Token } from "iso-filecoin/token";
import { accountFromMnemonic, signMessage } from "iso-filecoin/wallet";

const node = await startNode({ port: 0 });
const rpc = new RPC({ api: `${node.url}/rpc/v1`, network: "testnet" });
const phrase = "test test test test test test test test test test test junk";
const from = accountFromMnemonic(phrase, "SECP256K1", "m/44'/461'/0'/0/0", "", "testnet");

const to = "t410f6op5nzi2vwepn5gonk4ie4tzz773sitggxp4hiy";
const value = Token.fromFIL("1").toAttoFIL().toString();
const message = await new Message({ from: from.address.toString(), to, value }).prepare(rpc);
const signature = signMessage(from.privateKey, from.type, message);
const { result: cid } = await rpc.pushMessage({ msg: message, signature });
const { result } = await rpc.waitMsg({ cid });
console.log(`exit code ${result.Receipt.ExitCode}, ${result.Receipt.GasUsed} gas`);
console.log(`balance ${Token.fromAttoFIL((await rpc.balance(to)).result).toFIL()} FIL`);
await node.close();
