/**
 * The addon's surface, by type. Only the files of this folder import the addon.
 *
 * JavaScript calls C++, never the other way round. A native stack runs until it
 * needs JavaScript (`NativeStack.run` returns a yield), JavaScript answers through the
 * control block, and `run` continues.
 */
import type { Cid } from "../encoding/cid.js";

/** How a syscall parameter is read from Wasm. The C++ side derives the Wasm signature from it. */
export type ParamKind =
  | "u32" // i32 in Wasm; slot = value
  | "u64" // i64 in Wasm; slot = low and high word
  | "in" // pointer and length, bounds checked; slot = payload offset and length
  | "inOptional" // as `in`, but with length 0 the pointer is not looked at
  | "in24" // pointer and number of 24 byte items, bounds checked (a size over 32 bits is out of bounds); slot as `in`
  | "out" // pointer and length of a buffer for the answer; slot = 0 and length
  | "tail" // pointer to an answer whose length the handler decides, within memory; slot = 0 and bytes to its end
  | "cid" // pointer, no length: parsed from there to the end of memory; slot = payload offset and length
  | "ptr"; // a bare pointer, only for natively answered syscalls

/** Kinds of results of a syscall. `result` bytes are written to Wasm by C++. */
export type ResultKind =
  | "none" // no out-pointer
  | "u32" // out-pointer to 4 bytes
  | "u64" // out-pointer to 8 bytes
  | "cid" // the answer goes into the `out` parameter (too small: error 12), its length to the out-pointer
  | "address" // as `cid`; what differs is the text of error 12
  | number; // out-pointer to a packed structure of so many bytes

export interface NativeSyscall {
  readonly module: string;
  readonly name: string;
  readonly params: readonly ParamKind[];
  readonly result: ResultKind;
  /**
   * `native`: answered in C++ without leaving the fiber. `host`: suspends, `Yield.Syscall`. `lent`: answered
   * in C++ from what it knows of the running actor (`Word.ACTOR`) and its caller, else as `host`.
   */
  readonly lane: "native" | "host" | "lent";
  /** The answer is a CID that becomes reachable for the invocation (self.root). */
  readonly marksReachable?: boolean;
}

/** Settings that decide compilation. One engine per distinct configuration and process, shared by all threads. */
export interface NativeEngineConfig {
  /** `legacy`: fvm-wasm-instrument 0.2 (network versions up to 17); `current`: 0.4. */
  readonly instrumentation: "legacy" | "current";
  /** Limit of the injected stack counter, in elements. */
  readonly maxWasmStack: number;
  /** Milligas per instruction and per unit of bulk work. */
  readonly instructionCost: number;
  readonly memoryGrowPerPage: number;
  readonly memoryPerByte: number;
  readonly tablePerElement: number;
  /** Bytes one instance's memory may reach; table elements one table may reach; 0 = no limit. */
  readonly maxMemoryBytes: number;
  readonly maxTableElements: number;
  /**
   * Code that runs out of gas stops at the very charge that does not fit, for observers; otherwise a few
   * instructions later, which nothing else can tell. It costs time.
   */
  readonly stopsExactly: boolean;
}

/** Prices that C++ charges, milligas. Linear prices are `flat + unit * n`. */
export interface NativePrices {
  readonly syscall: number;
  readonly memoryInitPerByte: number;
  readonly tableInitPerElement: number;
  readonly blockOpenBase: number; // v2, v3: whole base; v4: reachability check + base
  readonly blockOpenPerByte: number;
  readonly blockOpenPerLink: number;
  /** Least price of a block's bytes (memory retention), compared with the per-byte + per-link sum. */
  readonly blockOpenMinPerByte: number;
  readonly blockReadPerByte: number;
  readonly blockCreatePerByte: number;
  readonly blockCreatePerLink: number;
  readonly blockCreateMinPerByte: number;
  readonly blockLinkBase: number;
  readonly blockLinkPerByte: number;
  readonly cborField: number;
  readonly cborLink: number;
  readonly hashFlat: number;
  readonly hashSha256PerByte: number;
  readonly hashBlake2b256PerByte: number;
  readonly hashBlake2b512PerByte: number;
  readonly hashKeccak256PerByte: number;
  readonly hashRipemd160PerByte: number;
  readonly verifySecpFlat: number;
  readonly verifySecpPerByte: number;
  readonly verifyBlsFlat: number;
  readonly verifyBlsPerByte: number;
  readonly recoverSecp: number;
  readonly blsPairing: number;
  readonly blsHashPerByte: number;
  readonly getRoot: number;
  readonly setRoot: number;
  readonly actorUpdate: number;
}

/** Named behaviour of a kernel generation that C++ needs to know. */
export interface NativeRules {
  /** Links of blocks are scanned, charged and must be reachable (FIP-0071; network version 21 on). */
  readonly trackLinks: boolean;
  /** Blocks may be DAG-CBOR only (up to network version 17). */
  readonly dagCborOnly: boolean;
  /** block_create's limit, bytes; 0 = none. */
  readonly maxBlockBytes: number;
  /** `hash` charges before it looks at the hash code (up to network version 17). */
  readonly hashChargedFirst: boolean;
  /** gas.charge takes a signed amount, negative refunds (up to network version 17). */
  readonly signedGasCharge: boolean;
  /** The gas mark moves at each charge, so an unwritable result pointer charges once (up to network version 17). */
  readonly gasMarkMovesOnCharge: boolean;
  /** Initial memory and tables are charged and count against limits (network version 18 on). */
  readonly chargesInstantiation: boolean;
  /** A failing instantiation is fatal (up to network version 17); otherwise exit code 4. */
  readonly instantiationFailureFatal: boolean;
  /** A missing `invoke` export is fatal (up to network version 20); otherwise exit code 5. */
  readonly missingInvokeFatal: boolean;
  /** Exit code 0 of an explicit abort is refused like 1 to 15 (vm.abort). */
  readonly exitZeroRefused: boolean;
  /** Charges of zero are listed, under names such as OnResolveAddress (network version 18 on). */
  readonly namesFreeCharges: boolean;
}

/** Settings that all machines of a network version share. */
export interface NativeKernelConfig {
  readonly syscalls: readonly NativeSyscall[];
  readonly prices: NativePrices;
  readonly rules: NativeRules;
  /** Bytes all live instances together may hold, tables at 8 bytes per element; 0 = no limit. */
  readonly maxStackMemoryBytes: number;
  /** Milligas after which a run returns with `Yield.Slice`, so that a long call can be cancelled. */
  readonly sliceMilligas: number;
}

/** A kernel configuration in the form that native stacks need. Making one takes as long as a hundred messages. */
export interface NativeKernel {
  readonly nativeKernel: unique symbol;
}

/** Results of `NativeStack.run`. */
export const Yield = {
  /** The top frame waits for the answer to syscall `Word.SYSCALL`. */
  Syscall: 0,
  /** The top frame waits for the block whose CID is in argument slot 0: `provideBlock`, then `run`. */
  MissingBlock: 1,
  /** The top frame has ended: `Word.OUTCOME` says how. */
  Finished: 2,
  /** The gas slice has ended; call `run` to go on. */
  Slice: 3,
} as const;

/** How a frame ended. */
export const Outcome = {
  /** With `Word.EXIT_CODE`, and a block if `Word.RETURN_PRESENT`. */
  Exit: 0,
  OutOfGas: 1,
  /** Fatal by the protocol; `failure()` has the text. */
  Fatal: 2,
  /** Our own machinery failed (no address space, a broken invariant); `failure()` has the text. */
  HostFault: 3,
} as const;

/** Rights of C++ over the state of the actor on top. */
export const ActorAccess = {
  /** As said last. */
  AsBefore: 0,
  None: 1,
  /** Answer its root, balance and f4 address. */
  Read: 2,
  /** Also set its root, for the price of an update. */
  Update: 3,
  /** Also set its root; the update is paid for. */
  Updated: 4,
} as const;
export type ActorAccess = (typeof ActorAccess)[keyof typeof ActorAccess];

/** Bits of `Word.ACTOR_USED`. */
export const ActorUse = {
  /** The root that was lent: one that the actor has set since is its own. */
  Root: 1,
  Balance: 2,
} as const;

/**
 * Observations of C++, by number: charges by the names that traces show, an actor's `gas.charge` under a name of
 * its own, blocks that an actor has read and written.
 */
export const Observed = {
  wasm_exec: 0,
  wasm_memory_grow: 1,
  wasm_memory_init: 2,
  wasm_table_init: 3,
  OnSyscall: 4,
  OnBlockOpenBase: 5,
  OnBlockOpenPerByte: 6,
  OnBlockOpen: 7,
  OnScanIpldLinks: 8,
  OnBlockRead: 9,
  OnBlockStat: 10,
  OnBlockCreate: 11,
  OnBlockLink: 12,
  OnHashing: 13,
  OnVerifySignature: 14,
  OnVerifyBlsAggregateSignature: 15,
  OnRecoverSecpPublicKey: 16,
  OnActorGetRoot: 17,
  OnActorSetRoot: 18,
  OnActorUpdate: 19,
  OnSelfBalance: 20,
  OnGetActorCodeCid: 21,
  OnLookupAddress: 22,
  OnGetBuiltinActorType: 23,
  OnNetworkContext: 24,
  OnMessageContext: 25,
  NamedCharge: 26,
  BlockRead: 27,
  BlockWrite: 28,
} as const;
/** Words (32 bit) of an observation before its text. */
export const OBSERVATION_WORDS = 6;

/** Word offsets (32 bit) in the control block. */
export const Word = {
  SYSCALL: 0,
  /** Answer: error number, 0 = success with the first `RESULT_LENGTH` bytes of the result area. */
  ERRNO: 1,
  RESULT_LENGTH: 2,
  OUTCOME: 3,
  /** Milligas, low and high word. JavaScript writes both before `run`, reads GAS_USED after. */
  GAS_USED: 4,
  GAS_LIMIT: 6,
  EXIT_CODE: 8,
  RETURN_PRESENT: 9,
  RETURN_CODEC: 10, // two words
  RETURN_SIZE: 12,
  RETURN_LINKS: 13,
  PARAMS_LINKS: 14,
  /** An `ActorAccess`, written before `run` with BALANCE, ROOT and DELEGATED if it is not None. C++ zeroes it. */
  ACTOR: 15,
  /** 8 argument slots of two words. */
  ARGS: 16,
  /** 128 bytes. */
  RESULT: 32,
  /** Packed answer of vm.message_context (80 bytes) or vm.context (52), written before `push`. */
  CONTEXT: 64,
  /** Balance of the actor on top: attoFIL, 16 bytes. */
  BALANCE: 96,
  /** After `run`: whether the actor has set its root, which is in ROOT then. JavaScript zeroes it. */
  ROOT_SET: 100,
  ROOT_SIZE: 101,
  /** 104 bytes. */
  ROOT: 102,
  /** Code of the caller, written before `push`: its size, 0 = not known. */
  CALLER_CODE_SIZE: 128,
  /** 104 bytes. */
  CALLER_CODE: 129,
  /** The f4 address of the actor on top: its size, 0 = it has none. Written with ROOT. */
  DELEGATED_SIZE: 156,
  /** 76 bytes. */
  DELEGATED: 157,
  /** The same of the caller, written with CALLER_CODE. */
  CALLER_DELEGATED_SIZE: 176,
  /** 76 bytes. */
  CALLER_DELEGATED: 177,
  /** 1: the slice of gas is to end with the next block that an actor writes. C++ zeroes it then. */
  STOP_AT_WRITE: 196,
  /**
   * Facts that C++ has told actors out of what was lent: the sum of `ActorUse`, each once. It only adds to it; JavaScript
   * zeroes it.
   */
  ACTOR_USED: 197,
  /** Copies of `in` and `cid` parameters; PAYLOAD_BYTES long. Longer ones: `argument(slot)`. */
  PAYLOAD: 198,
} as const;
export const PAYLOAD_BYTES = 65_536;
export const CONTROL_BYTES = Word.PAYLOAD * 4 + PAYLOAD_BYTES;

export interface NativeEngine {
  /** Whether code with this CID is compiled. */
  has(code: Cid): boolean;
  /**
   * Validates, instruments, compiles and keeps the module.
   * Throws an error with `code: "INVALID_MODULE"` when it is refused.
   */
  load(code: Cid, wasm: Uint8Array): void;
  /** The compiled code as bytes for `restore`, in this process or a later one; undefined if it is not loaded. */
  artifact(code: Cid): Uint8Array | undefined;
  /**
   * Takes compiled code. False, with nothing changed, if it is damaged or made by another build, engine or
   * CPU. It is run as it is: it must come from a place that nobody else can write to.
   */
  restore(code: Cid, artifact: Uint8Array): boolean;
  /** The instrumented module before compilation, for tests and tools. Throws as `load`. */
  instrument(wasm: Uint8Array, form: "reference" | "inline"): Uint8Array;
}

/** Blocks that were read, by CID, for any number of machines; the oldest that were not used again go first. */
export interface NativeBlockCache {
  /** By this number other threads of the process find it: `NativeAddon.blockCacheOf`. */
  readonly id: number;
  /** Bytes that it holds. */
  readonly bytes: number;
  /** Bytes that it may hold. */
  limit: number;
  clear(): void;
}

/**
 * Blocks that write buffers write for each other, on any threads of the process: in layers, which others read and take
 * over. Lives as long as one of its objects, or a write buffer that has it.
 */
export interface NativeBlockShare {
  /** By this number other threads of the process find it: `NativeAddon.blockShareOf`. */
  readonly id: number;
  /** Forgets all layers and blocks; what write buffers have taken over or borrowed stays with them. */
  clear(): void;
}

/** Neither the write buffer nor the cache, nor the share if there is one, has this block: once it is there, ask again. */
export interface NativeAbsent {
  readonly absent: Cid;
}

/** A machine's blocks: its own write buffer over a cache, perhaps with a share. */
export interface NativeBlocks {
  /** A copy of the block, out of the buffer, the cache or the share; undefined if none has it. */
  get(cid: Cid): Uint8Array | undefined;
  has(cid: Cid): boolean;
  /** Into the write buffer: bytes, or a latin1 string of them. Returns the CID (blake2b-256). */
  put(codec: number, data: Uint8Array | string): Cid;
  /** Into the cache, after checking that the bytes hash to the CID. False: they do not. */
  cache(cid: Cid, data: Uint8Array): boolean;
  /** Whether a HAMT (bit width 5, keys hashed by SHA-256) can be read here: true, or as the next two. */
  hamtLoad(root: Cid): true | NativeAbsent | null;
  /**
   * Writes the encoded value of a key of a HAMT to the start of `target`, and returns how many bytes it has; undefined
   * if there is no such key. Null: only the HAMT of `src/ipld` can tell, because a node on the way is malformed or
   * in a form that nobody writes, or the value is too long.
   *
   * @param key latin1
   */
  hamtGet(root: Cid, key: string, target: Uint8Array): number | undefined | NativeAbsent | null;
  /**
   * The root of the HAMT with these changes, whose new nodes it puts into the write buffer. Null as `hamtGet`, and if it
   * depends on the order of the changes.
   *
   * @param changes latin1, in any order, for each key one: CBOR of [key, value] to set it, [key] to delete it
   */
  hamtChange(root: Cid, changes: string): Cid | NativeAbsent | null;
  /**
   * Takes the buffered blocks reachable from `root` out of the buffer, parents first.
   * `links`: which links may occur (spec: flush rules of `legacy` and `current`). Throws an error with
   * `code: "INVALID_LINK"` on a forbidden or malformed one, and then nothing is taken.
   *
   * Returns an index of them, a latin1 string, because objects would cost more than the rest of a flush: of
   * each block the number of bytes, in four characters with the high one first, and the CID behind its length.
   */
  takeReachable(root: Cid, links: "legacy" | "current"): string;
  /** Everything in the buffer, which is empty afterwards. Returns an index as `takeReachable`. */
  takeAll(): string;
  /** Writes the bytes of the blocks that were taken last, one after the other; of just the right size. */
  copyTaken(target: Uint8Array): void;
  /** Puts all that is in the buffer of another one of this thread into this one, too: the same blocks, not copies. */
  adopt(other: NativeBlocks): void;
  /**
   * Gives it a share, or none. Ends the layer.
   *
   * @param borrows whether blocks are also looked for in the share, after the buffer and the cache; those that are found
   * nowhere else are *borrowed*
   */
  share(share: NativeBlockShare, borrows: boolean): void;
  share(share: undefined): void;
  /**
   * Begins a layer: what is put from now on belongs to it, and what is borrowed. Throws without a share.
   *
   * @param forgets whether the blocks of the layer before, if there is one that has not ended, leave the buffer; those
   * that were there without it stay
   */
  beginLayer(forgets: boolean): void;
  /**
   * Makes the layer so far one of the share, instead of an earlier one of that number. It goes on, and its blocks stay
   * in the buffer. Throws without a layer; `takeReachable`, `takeAll`, `share` and `clear` end it.
   *
   * @param layer at most 2^53. Who joins a number joins what was published last under it: what may be done twice, with
   * different outcomes, needs two numbers
   */
  publishLayer(layer: number): void;
  /**
   * Takes the blocks that were written in a layer into the buffer, but not into the layer of its own. False, with
   * nothing done: there is no such layer, or a block that it has borrowed is neither in the buffer nor in the cache.
   * Throws without a share.
   */
  joinLayer(layer: number): boolean;
  /** Empties the buffer, and takes its share away. */
  clear(): void;
  /** Number of blocks in the write buffer. */
  readonly size: number;
}

/** The types of builtin actors, by code. */
export interface NativeActorTypes {
  readonly nativeActorTypes: unique symbol;
}

/**
 * The native half of the call stacks of a machine's messages: frames, their fibers, stores and block
 * registries. Serves one machine after the other, each from `open` to `close`.
 */
export interface NativeStack {
  /** Shared with C++ for the object's whole life; CONTROL_BYTES long. */
  readonly control: ArrayBuffer;
  /**
   * Begins with a machine, whose messages may be observed. At the start of the payload area are the answer of network.context (44 bytes),
   * the circulating supply and the base fee (16 bytes each, low word first). The words before it are
   * zeroed. Throws if the stack is open.
   */
  open(types: NativeActorTypes, isObserved: boolean): void;
  /**
   * A new frame on top, started by the next `run`. `paramsHandle`: a block handle of the frame that is
   * on top now, 0 = no parameters, STAGED = the block given to `stageParams`.
   * Returns false, with no effect, if the code is not loaded in the engine.
   */
  push(code: Cid, paramsHandle: number): boolean;
  /** Parameters that come from JavaScript (top-level messages, constructors); no links are scanned. */
  stageParams(codec: number, data: Uint8Array): void;
  /** Looks a handle of the top frame up, and sets PARAMS_LINKS; false = no such handle. 0 is not a handle. */
  hasBlock(handle: number): boolean;
  /** The block behind a handle of the top frame. Throws if there is none. */
  readBlock(handle: number): { readonly codec: number; readonly data: Uint8Array };
  /**
   * Takes the observations since the last time. For each of them: its number in `Observed`, bytes of its
   * text, milligas (low and high word), bytes and links of the block that was charged for, read or written;
   * then the text (name of a charge, or CID), filled up to whole words. Returns the number of words; if they
   * are more than the target has, it takes nothing. Throws if nobody observes.
   */
  takeObservations(target: Uint32Array): number;
  /** Runs the top frame until it yields. */
  run(): number;
  /** Bytes of an `in` parameter of the waiting syscall (any length). */
  argument(slot: number): Uint8Array;
  /** Writes to the `tail` parameter of the waiting syscall; throws if the bytes do not fit. */
  writeTail(slot: number, data: Uint8Array): void;
  isReachable(cid: Cid): boolean;
  /** The block that `Yield.MissingBlock` asked for. */
  provideBlock(data: Uint8Array): void;
  /**
   * The ended frame's return block: a copy; or undefined, and it is at the start of the payload area, which
   * costs a tenth.
   */
  returnData(): Uint8Array | undefined;
  /** Why the ended frame trapped, exited or failed, for people. */
  failure(): string;
  /** The syscall that failed last in the top frame, if the last one did. */
  lastError(): NativeSyscallError | undefined;
  /** Drops the top frame, in whatever state it is. */
  pop(): void;
  /**
   * Drops the ended top frame and prepares the answer to its parent's send: exit code and, if
   * `withBlock` and there is one, the return block as a new handle (its links become reachable).
   */
  popInto(exitCode: number, withBlock: boolean): void;
  readonly depth: number;
  /** Bytes of linear memory and tables that count against the limit now. */
  readonly memoryBytes: number;
  /** Releases everything; until it is opened again, further calls throw. */
  close(): void;
}
export const STAGED = 0xffff_ffff;

export interface NativeSyscallError {
  readonly module: string;
  readonly name: string;
  readonly errno: number;
  /** Why C++ has refused it; undefined if JavaScript has, which knows why. */
  readonly text?: string;
}

/** A frame of Zstandard that is read. */
export interface NativeUnzstd {
  /** What the next bytes stand for; undefined if they are damaged, or go on behind the frame's end. */
  push(bytes: Uint8Array): Uint8Array | undefined;
  /** Whether the frame has come to its end. */
  readonly isOver: boolean;
}

/** Frames of Zstandard that threads of libuv's pool make, with a checksum. */
export interface NativeZstd {
  /**
   * Bytes of the frame as far as they are known; undefined without memory. One call at a time; it copies what it is
   * given.
   *
   * @param isLast ends the frame: the next call begins another one
   */
  push(bytes: Uint8Array, isLast: boolean): Promise<Uint8Array | undefined>;
}

/** Signatures that threads of libuv's pool check. */
export interface NativeSignatures {
  /**
   * Has a thread of the pool work at them: for so long, or until nothing is left to begin. Says whether there may be
   * more. Any number of threads may work at the same time.
   */
  work(milliseconds: number): Promise<boolean>;
  /** As `work`, in the calling thread. */
  workHere(milliseconds: number): boolean;
  /** Nothing more is begun. */
  stop(): void;
  /** A byte for each check, once all work has ended: 1 if the signature is valid. Throws if some could not be made. */
  verdicts(): Uint8Array;
}

/** The verifying key of a circuit of proofs. */
export interface NativeProofKey {
  /**
   * The verdict on a question as `packed-question.ts` makes it, from a thread of libuv's pool: 0 invalid, 1 valid,
   * 2 malformed, 3 none, for the question does not fit the key, or the system has no randomness.
   */
  verify(question: Uint8Array): Promise<number>;
}

/** Bytes that the process keeps. */
export interface NativeKept {
  /** Decoded values that threads have told of. */
  readonly decoded: number;
  /** Compiled actors, with the data of their memories. */
  readonly code: number;
  /** Memories that wait for instances: pages that were written. */
  readonly memories: number;
  /** Stacks that wait for fibers: pages that were used. */
  readonly stacks: number;
  /** For blocks and decoded values together. */
  readonly limit: number;
}

export interface NativeAddon {
  /** The numbers that C++ states as this folder does; see `contract.ts`. */
  readonly contract: Readonly<Record<string, number>>;
  readonly versions: { readonly wasmtime: string; readonly napi: number };
  engine(config: NativeEngineConfig): NativeEngine;
  /** A cache of so many bytes; without a number the one that the whole process shares. */
  blockCache(limit?: number): NativeBlockCache;
  /** The same cache in this thread; undefined if it is gone. */
  blockCacheOf(id: number): NativeBlockCache | undefined;
  /** An empty share. */
  blockShare(): NativeBlockShare;
  /** The same share in this thread; undefined if it is gone. */
  blockShareOf(id: number): NativeBlockShare | undefined;
  /** @param cache default: the shared one */
  blocks(cache?: NativeBlockCache): NativeBlocks;
  kernel(engine: NativeEngine, config: NativeKernelConfig): NativeKernel;
  /** @param codes of type 1, 2, …; of two equal ones the later counts */
  actorTypes(codes: readonly Cid[]): NativeActorTypes;
  /** Not open yet. */
  stack(kernel: NativeKernel, blocks: NativeBlocks): NativeStack;
  /** Live native objects of the process, for leak tests: of stacks those that are open. */
  liveObjects(): { frames: number; stores: number; stacks: number; blocks: number };

  /** Digest by multihash code (0x12, 0xb220, 0xb240, 0x1b, 0x1053); undefined for any other. */
  hash(code: number, data: Uint8Array): Uint8Array | undefined;
  /** blake2b with a digest of 1 to 64 bytes. */
  blake2b(data: Uint8Array, length: number): Uint8Array;
  /** CIDv1, blake2b-256, of `data`: bytes, or a latin1 string of them. */
  cidOf(codec: number, data: Uint8Array | string): Cid;
  /** f1: `address` is the 20 byte payload. The text is hashed with blake2b-256. */
  verifySecp(signature: Uint8Array, addressPayload: Uint8Array, text: Uint8Array): boolean;
  /** f3: `key` is the 48 byte public key. */
  verifyBls(signature: Uint8Array, key: Uint8Array, text: Uint8Array): boolean;
  verifyBlsAggregate(
    signature: Uint8Array,
    keys: readonly Uint8Array[],
    texts: readonly Uint8Array[],
  ): boolean;
  /**
   * Multiples of keys for aggregates in which each key counts with a factor (BDN): uncompressed points, of 96 bytes each;
   * or the place of the first key that is none.
   *
   * @param keys of 48 bytes, one after the other
   * @param factors of 17 bytes, the low one first
   */
  blsMultiples(keys: Uint8Array, factors: Uint8Array): Uint8Array | number;
  /** As `verifyBls`, with the key that is the sum of points of 96 bytes; without any, no signature is valid. */
  verifyBlsSum(signature: Uint8Array, points: Uint8Array, text: Uint8Array): boolean;
  /** 65 byte uncompressed key, or undefined. */
  recoverSecp(hash: Uint8Array, signature: Uint8Array): Uint8Array | undefined;
  /** As `verifyBls`, with keys in G2 (96 bytes) and signatures in G1 (48), as quicknet has them. */
  verifyBlsInG1(signature: Uint8Array, key: Uint8Array, text: Uint8Array): boolean;
  /** Checks as `packedCheck` makes them, one after the other; it copies them. Throws if they are malformed. */
  signatures(packed: Uint8Array): NativeSignatures;
  /** From a file whose digest is known to be right. Throws if its length is wrong. */
  proofKey(file: Uint8Array): NativeProofKey;
  unzstd(): NativeUnzstd;
  zstd(): NativeZstd;

  // Secrets are of 32 bytes: of BLS the low byte first, of secp256k1 the high one. Undefined: it is none.
  /** A secret of BLS, from 32 random bytes. */
  blsSecret(seed: Uint8Array): Uint8Array | undefined;
  blsPublicKey(secret: Uint8Array): Uint8Array | undefined;
  blsSign(secret: Uint8Array, text: Uint8Array): Uint8Array | undefined;
  /** As drand's quicknet has them: a key of 96 bytes, signatures of 48. */
  blsPublicKeyInG2(secret: Uint8Array): Uint8Array | undefined;
  blsSignInG1(secret: Uint8Array, text: Uint8Array): Uint8Array | undefined;
  /** The sum of signatures of 96 bytes that follow each other; undefined if one is malformed. */
  blsAggregate(signatures: Uint8Array): Uint8Array | undefined;
  /** Uncompressed. */
  secpPublicKey(secret: Uint8Array): Uint8Array | undefined;
  /** r, s, and the byte from which the key follows. */
  secpSign(secret: Uint8Array, digest: Uint8Array): Uint8Array | undefined;
  /** Combined piece commitment: data commitment of a sector from padded sizes and 32 byte commitments. */
  sha256Trunc(data: Uint8Array): Uint8Array;

  /** Bytes that the process keeps, and may keep; see `src/memory`. */
  keptBytes(): NativeKept;
  /**
   * Bytes that the shared block cache and the decoded values of all threads may take together. Takes effect at once for
   * blocks, and for a thread's decoded values when it tells of them next.
   *
   * @param isDefault holds only as long as nobody has set a limit
   */
  limitMemory(bytes: number, isDefault: boolean): void;
  /**
   * Counts what this thread has decoded: so many bytes. Returns how many it may keep: what other threads leave of half
   * of the limit. Undefined, once, after `trimMemory`: none of these.
   */
  tellDecoded(bytes: number): number | undefined;
  /**
   * Gives memories and stacks that nobody uses back to the system, and what the C library holds free; asks other threads
   * to forget what they have decoded. Caches of this thread are to be cleared before.
   */
  trimMemory(): void;

  /**
   * Takes the pages of a file that is mapped, and stays so meanwhile, out of the process's memory: whoever reads one gets
   * it back. Returns the number of its mappings; 0 where the system is not Linux.
   *
   * @param path without symbolic links
   */
  releaseFilePages(path: string): number;
}
