import { SHA2_256 } from "../encoding/codecs.js";
import { HostFault } from "../errors.js";
import { native } from "../native/index.js";
import { BoundedMap } from "../util/bounded-map.js";
import { latin1Bytes } from "../util/bytes.js";

const CACHED_HASHES = 8_192;

const hashes = new BoundedMap<string, Uint8Array>(CACHED_HASHES);

/** SHA-256 of a latin1 key. */
export function hashOf(key: string): Uint8Array {
  let hash = hashes.get(key);
  if (hash === undefined) {
    hash = native.hash(SHA2_256, latin1Bytes(key));
    if (hash === undefined) throw new HostFault("BROKEN_INVARIANT", { text: "no SHA-256 in the addon" });
    hashes.set(key, hash);
  }
  return hash;
}
