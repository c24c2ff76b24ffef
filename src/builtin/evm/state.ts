import type { Cid } from "../../encoding/cid.js";
import { DAG_CBOR, KECCAK_256, RAW } from "../../encoding/codecs.js";
import { FvmError } from "../../errors.js";
import type { BlockAccess } from "../../ipld/block-access.js";
import {
  type CborReader,
  type CborWriter,
  type Codec,
  decodeCbor,
  encodeCborLatin1,
} from "../../ipld/cbor.js";
import { Kamt } from "../../ipld/kamt.js";
import { native } from "../../native/index.js";
import type { U64 } from "../../util/u64.js";
import type { ActorId } from "../../vm/state-tree/actor-state.js";

/** A message, as the EVM actor tells one from the others: its first sender, and the sender's nonce. */
export interface EvmMessageId {
  readonly origin: ActorId;
  readonly nonce: U64;
}

/** State of a contract. Source: actors/evm/src/state.rs. */
export interface EvmState {
  /** Block with the bytecode, raw. */
  readonly bytecode: Cid;
  /** Keccak-256 of the bytecode, 32 bytes. */
  readonly bytecodeHash: Uint8Array;
  /** Root of the storage, a `Kamt`. */
  readonly contractState: Cid;
  /**
   * Transient storage (EIP-1153), which counts only within its message; undefined: none. From actors version
   * 16 on.
   */
  readonly transientData: { readonly state: Cid; readonly lifespan: EvmMessageId } | undefined;
  /** Number that CREATE makes the next contract's address from; 1 in a new contract. */
  readonly nonce: U64;
  /** The message that the contract destroyed itself in; undefined: it lives. Afterwards the contract is as if empty. */
  readonly tombstone: EvmMessageId | undefined;
}

/** First actors version with contracts. */
export const FIRST_EVM_VERSION = 10;
/** First actors version with transient storage (FIP-0097). */
const FIRST_TRANSIENT_VERSION = 16;
const HASH_BYTES = 32;

const messageIdCodec: Codec<EvmMessageId> = {
  encode: ({ origin, nonce }, writer) => void writer.array(2).u64(origin).u64(nonce),
  decode(reader) {
    reader.tuple(2);
    return { origin: reader.u64(), nonce: reader.u64() };
  },
};

const transientDataCodec: Codec<NonNullable<EvmState["transientData"]>> = {
  encode({ state, lifespan }, writer) {
    messageIdCodec.encode(lifespan, writer.array(2).cid(state));
  },
  decode(reader) {
    reader.tuple(2);
    return { state: reader.cid(), lifespan: messageIdCodec.decode(reader) };
  },
};

/** States of contracts as they are from version 10 on, and from version 16 on. */
const [layout10, layout16] = [layout(false), layout(true)];

/**
 * How contracts' states of an actors version are written and read. Throws `FvmError` INVALID_OPTION if the version has
 * no contracts.
 */
export function evmStateCodec(actorsVersion: number): Codec<EvmState> {
  if (actorsVersion >= FIRST_TRANSIENT_VERSION) return layout16;
  if (actorsVersion >= FIRST_EVM_VERSION) return layout10;
  const reason = `actors version ${actorsVersion} has no contracts, which begin with ${FIRST_EVM_VERSION}`;
  throw new FvmError("INVALID_OPTION", { option: "actorsVersion", reason });
}

function layout(isTransient: boolean): Codec<EvmState> {
  return {
    encode(state, writer) {
      writer
        .array(isTransient ? 6 : 5)
        .cid(state.bytecode)
        .bytes(state.bytecodeHash)
        .cid(state.contractState);
      if (isTransient) writeOptional(transientDataCodec, state.transientData, writer);
      writeOptional(messageIdCodec, state.tombstone, writer.u64(state.nonce));
    },
    decode(reader) {
      reader.tuple(isTransient ? 6 : 5);
      const bytecode = reader.cid();
      const bytecodeHash = reader.bytes().slice();
      if (bytecodeHash.length !== HASH_BYTES) reader.fail(`hash of ${bytecodeHash.length} bytes`);
      const contractState = reader.cid();
      const transientData = isTransient ? readOptional(transientDataCodec, reader) : undefined;
      const nonce = reader.u64();
      const tombstone = readOptional(messageIdCodec, reader);
      return { bytecode, bytecodeHash, contractState, transientData, nonce, tombstone };
    },
  };
}

function writeOptional<V>(codec: Codec<V>, value: V | undefined, writer: CborWriter): void {
  if (value === undefined) writer.null();
  else codec.encode(value, writer);
}

function readOptional<V>(codec: Codec<V>, reader: CborReader): V | undefined {
  return reader.null() ? undefined : codec.decode(reader);
}

/**
 * The state of a contract.
 *
 * @param root state root of the contract's actor
 * @throws what `BlockAccess.get` throws; `FvmError` INVALID_CBOR if it is no contract's state of this version
 */
export function readEvmState(blocks: BlockAccess, root: Cid, actorsVersion: number): EvmState {
  return decodeCbor(evmStateCodec(actorsVersion), blocks.get(root));
}

/** Puts the state of a contract into a block and returns its CID. */
export function writeEvmState(blocks: BlockAccess, state: EvmState, actorsVersion: number): Cid {
  return blocks.put(DAG_CBOR, encodeCborLatin1(evmStateCodec(actorsVersion), state));
}

/** State of a contract without code and storage, as the EVM actor's constructor leaves it. */
export function emptyEvmState(blocks: BlockAccess): EvmState {
  return {
    ...bytecodeFields(blocks, new Uint8Array()),
    contractState: Kamt.empty(blocks).flush(),
    transientData: undefined,
    nonce: 1,
    tombstone: undefined,
  };
}

/** The contract's code as it is kept: what a dead contract had, too. Throws what `BlockAccess.get` throws. */
export function readBytecode(blocks: BlockAccess, { bytecode }: EvmState): Uint8Array {
  return blocks.get(bytecode).slice();
}

/** The same contract with other code, of any length that a block may have. */
export function withBytecode(blocks: BlockAccess, state: EvmState, code: Uint8Array): EvmState {
  return { ...state, ...bytecodeFields(blocks, code) };
}

function bytecodeFields(blocks: BlockAccess, code: Uint8Array): Pick<EvmState, "bytecode" | "bytecodeHash"> {
  return { bytecode: blocks.put(RAW, code), bytecodeHash: native.hash(KECCAK_256, code) as Uint8Array };
}
