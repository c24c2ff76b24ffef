import type { Cid } from "../../encoding/cid.js";
import type { U64 } from "../../util/u64.js";
import type { ActorId } from "../state-tree/actor-state.js";
import type { Manifest } from "../state-tree/manifest.js";

/** Settings that all messages of a machine share. */
export interface MachineContext {
  /** Epoch of the tipset in the making. */
  readonly epoch: number;
  /** Seconds since 1970. */
  readonly timestamp: U64;
  /** attoFIL per gas. */
  readonly baseFee: bigint;
  /** attoFIL; undefined if it is only computed when an actor asks. */
  readonly circulatingSupply: bigint | undefined;
  readonly chainId: U64;
  /** Root from the options, whose changes are not in it. */
  readonly initialStateRoot: Cid;
  readonly manifest: Manifest;
  /** Where actors' debug output goes; undefined = nowhere. */
  readonly debug: DebugSink | undefined;
}

/** Takes what actors write for their authors. */
export interface DebugSink {
  /** A line of an actor's log. */
  log?(text: string, actor: ActorId): void;
  /** A file that an actor writes. */
  artifact?(name: string, data: Uint8Array, actor: ActorId): void;
}
