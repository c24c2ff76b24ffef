import * as v from "valibot";
import type { Address } from "../../../address/address.js";
import { formatAddress } from "../../../address/text.js";
import { filecoinToEth } from "../../../builtin/evm/index.js";
import type { SigningKey } from "../../../chain/signatures/keys.js";
import { FvmError } from "../../../errors.js";
import { concatBytes, hex, prefixedBytes } from "../../../util/bytes.js";
import { messageOf } from "../../../util/kind-of.js";
import type { DevNode } from "../../dev/dev-node.js";
import type { Node } from "../../node.js";
import { ParamError } from "../../rpc/errors.js";
import { type Method, required } from "../../rpc/method.js";
import { decoded, named, type Schema } from "../../rpc/schema.js";
import { devMethod } from "./declare.js";
import { anyAddress } from "./params.js";
import { wholeTypedData } from "./typed-data.js";

const signature = named(v.string(), { name: "Signature", go: "ethtypes.EthBytes" });
const address = required("address", anyAddress);

/** Bytes, or a text that is none. */
const signed: Schema<Uint8Array> = decoded({ go: "ethtypes.EthBytes", json: { type: "string" } }, (value) => {
  if (typeof value !== "string") throw new ParamError("it is no text");
  return prefixedBytes(value) ?? Buffer.from(value);
});

/** Typed data (EIP-712), as an object or as JSON in a text. */
const typedData: Schema<object> = decoded({ go: "interface {}", json: { type: "object" } }, (value) => {
  const data: unknown = typeof value === "string" ? parsed(value) : value;
  if (typeof data !== "object" || data === null) throw new ParamError("it is no typed data");
  return data;
});

/** Signatures by the node's own accounts. */
export const signingMethods: readonly Method<Node>[] = [
  devMethod({
    name: "eth_sign",
    summary: "Signs bytes as a wallet signs messages (EIP-191).",
    params: [address, required("data", signed)],
    result: signature,
    call: (dev, [who, data]) => signMessage(dev, who, data),
  }),
  devMethod({
    name: "personal_sign",
    summary: "As eth_sign, with the bytes first.",
    params: [required("data", signed), address],
    result: signature,
    call: (dev, [data, who]) => signMessage(dev, who, data),
  }),
  devMethod({
    name: "eth_signTypedData_v4",
    aliases: ["eth_signTypedData"],
    summary: "Signs typed data (EIP-712).",
    params: [address, required("data", typedData)],
    result: signature,
    call: (dev, [who, data]) => signTyped(keyOf(dev, who), data),
  }),
];

function signMessage(dev: DevNode, who: Address, data: Uint8Array): string {
  const text = concatBytes(Buffer.from(`\x19Ethereum Signed Message:\n${data.length}`), data);
  const bytes = keyOf(dev, who).sign(text).data;
  return `0x${hex(bytes.subarray(0, 64))}${hex(Uint8Array.of(27 + (bytes[64] as number)))}`;
}

async function signTyped(key: SigningKey, data: object): Promise<string> {
  const { signTyped: sign } = await import("micro-eth-signer");
  try {
    return sign(wholeTypedData(data) as Parameters<typeof sign>[0], key.secret(), false);
  } catch (cause) {
    throw new FvmError(
      "INVALID_OPTION",
      { option: "data", reason: `no typed data: ${messageOf(cause)}` },
      { cause },
    );
  }
}

/** Throws `FvmError` INVALID_OPTION if it is no account of its own. */
function keyOf(dev: DevNode, who: Address): SigningKey {
  const key = dev.keyOf(who);
  if (key !== undefined && key.type === "delegated") return key;
  const reason = `the node has no key of ${filecoinToEth(who) ?? formatAddress(who)}`;
  throw new FvmError("INVALID_OPTION", { option: "address", reason });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ParamError(`it is no JSON: ${messageOf(cause)}`);
  }
}
