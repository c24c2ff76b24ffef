/**
 * Wasm of an actor whose every method succeeds and returns nothing. Good for builtin actors of a network of one's
 * own that have to be there but need not do anything: with it as `reward` and `cron`, tipsets execute.
 *
 *     (module (memory (export "memory") 1) (func (export "invoke") (param i32) (result i32) (i32.const 0)))
 */
export function noopActor(): Uint8Array {
  return Uint8Array.from(Buffer.from(MODULE, "hex"));
}

const MODULE = [
  "0061736d01000000", // magic, version
  "0106" + "0160017f017f", // type: i32 → i32
  "0302" + "0100", // one function of it
  "0503" + "010001", // a memory of one page
  "0713" + "0206" + "6d656d6f7279" + "0200" + "06" + "696e766f6b65" + "0000", // exports: memory, invoke
  "0a06" + "0104004100" + "0b", // i32.const 0
].join("");
