import { SHA2_256 } from "../encoding/codecs.js";
import { FvmError, HostFault } from "../errors.js";
import { native } from "../native/index.js";
import { BoundedMap } from "../util/bounded-map.js";
import { isLatin1, latin1Bytes } from "../util/bytes.js";
import { kindOf } from "../util/kind-of.js";

const CACHED_HASHES = 8_192;

const hashes = new BoundedMap<string, Uint8Array>(CACHED_HASHES);

/** SHA-256 of a key. Throws `FvmError` INVALID_HAMT if it is not latin1. */
export function hashOf(key: string): Uint8Array {
  let hash = hashes.get(key);
  if (hash === undefined) {
    checkKey(key);
    hash = native.hash(SHA2_256, latin1Bytes(key));
    if (hash === undefined) throw new HostFault("BROKEN_INVARIANT", { text: "no SHA-256 in the addon" });
    hashes.set(key, hash);
  }
  return hash;
}

function checkKey(key: unknown): void {
  if (typeof key !== "string") {
    throw new FvmError("INVALID_HAMT", { reason: `${kindOf(key)} instead of a key of latin1 text` });
  }
  if (!isLatin1(key)) {
    throw new FvmError("INVALID_HAMT", {
      reason: "a key has characters that are no bytes: keys are latin1 text",
    });
  }
}
