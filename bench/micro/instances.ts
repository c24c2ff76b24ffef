import { RAW } from "#src/encoding/codecs.js";
import { Outcome, Word, Yield } from "#src/native/addon.js";
import { native } from "#src/native/index.js";
import { nativeKernel, nativeNetwork } from "#src/vm/machine/native-stack.js";
import { networkVersion } from "#src/vm/network/version.js";
import { expectSame, type Micro } from "./measure.js";
import { NETWORK } from "./network.js";

const ROUNDS = 100;
/** Milligas. */
const GAS = 2 ** 50;

/** An instance made, run to its end and dropped, with nothing around it. */
export function instances(wasm: Uint8Array): Micro {
  const network = networkVersion(NETWORK);
  const { engine } = nativeNetwork(network);
  const code = native.cidOf(RAW, wasm);
  engine.load(code, wasm);
  const kernel = nativeKernel(network, network.syscalls.syscalls);
  const stack = native.stack(kernel, native.blocks());
  stack.open(native.actorTypes([]), false);
  const control = new Uint32Array(stack.control);
  return {
    group: "seam",
    name: "instantiate, run, drop (1,152 KiB)",
    operations: ROUNDS,
    run() {
      for (let round = 0; round < ROUNDS; round++) {
        control[Word.GAS_USED] = control[Word.GAS_USED + 1] = control[Word.GAS_LIMIT] = 0;
        control[Word.GAS_LIMIT + 1] = GAS / 2 ** 32;
        stack.push(code, 0);
        expectSame("yield", stack.run(), Yield.Finished);
        expectSame("outcome", control[Word.OUTCOME], Outcome.Exit);
        stack.pop();
      }
    },
  };
}
