// The last script before the snapshot, after `lockdown`: takes away what is not deterministic, and arranges what
// contracts may do. Its value is a function of C's functions.
(fvm) => {
  const { harden } = globalThis;

  // The ones that compartments get: without a clock, without chance.
  const tame = new Compartment().globalThis;
  globalThis.Date = tame.Date;
  globalThis.Math = tame.Math;
  for (const name of [
    "performance",
    "queueMicrotask",
    "console",
    "WeakRef",
    "FinalizationRegistry",
    "SharedArrayBuffer",
    "Atomics",
    "getStackString",
    "lockdown",
    "repairIntrinsics",
  ])
    delete globalThis[name];

  // Contracts see no stacks; who reads why a message failed sees the place.
  const places = new WeakMap();
  stackTracer.call(Error, (error, sites) => {
    const site = sites.find((each) => each.getLineNumber());
    if (site) places.set(error, site);
    return "";
  });
  delete globalThis.stackTracer;
  const position = (error) => {
    const site = places.get(error);
    return site && `${site.getFileName()}:${site.getLineNumber()}:${site.getColumnNumber()}`;
  };

  /** An error that ends the invocation with this exit code, 16 and up, unless it is caught. */
  const fail = (exitCode, message = "") => {
    if (!Number.isInteger(exitCode) || exitCode < 16 || exitCode > 0xffffffff)
      throw new RangeError("exit codes of contracts are from 16 on");
    const error = new Error(message);
    error.exitCode = exitCode;
    return error;
  };

  const { Cid } = fvm;
  const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
  Object.defineProperties(Cid.prototype, {
    /** CIDv1 in base32, as tools show it. */
    toString: {
      value() {
        let text = "b";
        let bits = 0;
        let rest = 0;
        for (const byte of this.bytes) {
          rest = (rest << 8) | byte;
          for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(rest >> (bits - 5)) & 31];
          rest &= (1 << bits) - 1;
        }
        return bits > 0 ? text + ALPHABET[(rest << (5 - bits)) & 31] : text;
      },
    },
    equals: {
      value(other) {
        return other instanceof Cid && `${this}` === `${other}`;
      },
    },
  });

  const HASHES = {
    __proto__: null,
    "sha2-256": 0x12,
    "keccak-256": 0x1b,
    "ripemd-160": 0x1053,
    "blake2b-256": 0xb220,
    "blake2b-512": 0xb240,
  };

  const authority = {
    get message() {
      return fvm.message();
    },
    get network() {
      return fvm.network();
    },
    state: { get: fvm.stateGet, set: fvm.stateSet, map: fvm.stateMap },
    send: (to, method, params, { value, gasLimit, readOnly } = {}) =>
      fvm.send(to, method, params, value, gasLimit, readOnly),
    emit: (entries) => fvm.emit(Object.entries(entries)),
    blocks: { put: fvm.blockPut, get: fvm.blockGet },
    balance: fvm.balance,
    gas: fvm.gas,
    resolve: fvm.resolve,
    addressOf: fvm.addressOf,
    codeOf: fvm.codeOf,
    randomness: { chain: fvm.randomnessChain, beacon: fvm.randomnessBeacon },
    crypto: { hash: (name, bytes) => fvm.hash(HASHES[name], bytes), verify: fvm.verify },
    destroy: fvm.destroy,
  };

  const exports = { fail, harden, Cid, encode: fvm.encode, decode: fvm.decode };
  const helpers = { high: (amount) => amount >> 64n, wide: (high, low) => (high << 64n) | low, position };
  harden(fvm.mapPrototype);
  return harden({ authority, exports, helpers });
};
