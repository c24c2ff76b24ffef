import { inspect } from "node:util";

/** Facts of each kind of misuse and bad input, one line per code. */
export interface ErrorDetails {
  /** A message to an actor did not succeed. `reason`: the VM's words, with lines of the source where they are known. */
  ACTOR_FAILED: { method: string; exitCode: number; reason: string };
  /** A state has no such actor. `lotus`: as Lotus puts it. */
  ACTOR_NOT_FOUND: { address: string; lotus: string };
  /** A store lacks builtin actors. `network`: whose bundle it is; `manifest`: its CID. */
  ACTORS_MISSING: { networkVersion: number; network: string; manifest: string; remedy: string };
  /** The native addon is there, but the system does not load it. `reason`: the system's words. */
  ADDON_FAILED: { file: string; reason: string; platform: string; node: string; remedy: string };
  /** `place`: the file, or the package of the prebuilt addon. */
  ADDON_NOT_FOUND: { place: string; platform: string; node: string; remedy: string };
  /** The native addon is of another version. `word`: a fact of which it says otherwise. */
  ADDON_OUTDATED: { file: string; word: string; platform: string; node: string; remedy: string };
  BUNDLE_NOT_FOUND: { version: string; network: string; folders: readonly string[]; remedy: string };
  /** Another process has changed a chain's folder in a way that the work at hand cannot take. */
  CHAIN_CHANGED: { folder: string; remedy: string };
  /** A tipset of a chain does not lead to what the next header says. `epoch`: of that header. */
  CHAIN_DIFFERS: { epoch: number; reason: string };
  /** A chain's folder has no head yet. */
  CHAIN_EMPTY: { folder: string; remedy: string };
  /** A later version of this package has written a chain's folder. */
  CHAIN_FORMAT: { folder: string; version: number; supported: number };
  /** Validation cannot do an epoch. `cid`: of a block that is missing; `from`: the next epoch at which it can begin. */
  CHAIN_INCOMPLETE: {
    epoch: number;
    missing: string;
    cid: string;
    from: number | undefined;
    remedy: string;
  };
  CHAIN_NODE_FAILED: { module: string; reason: string };
  /** `output`: the compiler's. */
  COMPILER_FAILED: { source: string; output: string };
  COMPILER_MISSING: { compiler: string; tried: readonly string[]; remedy: string };
  DOWNLOAD_FAILED: { url: string; reason: string };
  INVALID_ABI: { source: string; reason: string };
  /** An actor's description does not fit, or its source does not fit it. */
  INVALID_ACTOR: { field: string; reason: string };
  INVALID_ADDRESS: { address: string; reason: string };
  INVALID_AMT: { reason: string; cid?: string };
  INVALID_BIG_INTEGER: { reason: string };
  INVALID_BUNDLE: { file: string; reason: string };
  INVALID_CAR: { offset: number; reason: string };
  INVALID_CBOR: { offset: number; reason: string };
  /** A certificate of F3 that is refused; `instance`: the one that it should be of; `reason`: a `CertificateFault`. */
  INVALID_CERTIFICATE: { instance: number | bigint; reason: string; text: string };
  INVALID_CID: { cid: string; reason: string };
  INVALID_HAMT: { reason: string; cid?: string };
  INVALID_KAMT: { reason: string; cid?: string };
  /** `field`: its path; empty: the whole. */
  INVALID_JSON: { field: string; reason: string };
  INVALID_MANIFEST: { reason: string; cid?: string };
  /** `message`: no field in particular. */
  INVALID_MESSAGE: { field: string; reason: string };
  /** A network's file. `field`: its path, such as `upgrades[0].height`. */
  INVALID_NETWORK: { field: string; reason: string };
  INVALID_OPTION: { option: string; reason: string };
  /** A program of a runtime. `source`: the file; `symbol`: which stands in the way. */
  INVALID_PROGRAM: { source: string; reason: string; symbol?: string };
  /** A bundle of proofs as a whole. */
  INVALID_PROOF: { reason: string };
  /** Bytes that are not sealed to a round, or that its entry does not open. */
  INVALID_SEALED: { reason: string };
  /** A file is none that proofs are verified with. */
  INVALID_PROOF_FILE: { file: string; reason: string };
  INVALID_SNAPSHOT: { reason: string };
  INVALID_STATE: { reason: string; cid?: string };
  INVALID_STORE: { store: string; reason: string };
  /** A trace that no machine makes with the actors as they are published. */
  INVALID_TRACE: { reason: string; call: string };
  /** `epoch`: undefined if it is what is wrong. */
  INVALID_TIPSET: { epoch: number | undefined; reason: string };
  INVALID_VECTOR: { file: string; field: string; reason: string };
  /** A server cannot listen, such as on a port in use. */
  LISTEN_FAILED: { host: string; port: number; reason: string };
  MACHINE_BUSY: { operation: string };
  MACHINE_CLOSED: { operation: string };
  /** No tipset of these epochs holds it. */
  MESSAGE_NOT_FOUND: { cid: string; from: number; to: number };
  /** A message pool does not take a message. `lotus`, `geth`: the reason as these nodes put it. */
  MESSAGE_REFUSED: { rule: string; lotus: string; geth: string };
  /** A module of the caller's cannot be used. */
  MODULE_FAILED: { module: string; reason: string };
  MUST_WAIT: { operation: string };
  NO_CACHE_FOLDER: { reason: string };
  /** A folder is none of a chain. */
  NO_CHAIN: { folder: string; remedy: string };
  /** No limit gives the outcome of the most gas: with that, too, the message fails before it begins, or runs out of gas. */
  NO_GAS_ESTIMATE: { exitCode: number; reason: string };
  /** A claim that does not hold, or that the blocks at hand do not show. `link`: a `ProofLink`. */
  NO_PROOF: { link: string; reason: string };
  NO_VECTORS: { paths: readonly string[]; reason: string };
  /** A chain is of another network than the one it is to be of. */
  OTHER_NETWORK: { expected: string; found: string };
  /** An optional package is not installed. `purpose`: what needs it. */
  PACKAGE_MISSING: { packages: string; purpose: string; remedy: string };
  POOL_CLOSED: { operation: string };
  /** A queue's server cannot be reached. `queue`: its URL without credentials. */
  QUEUE_UNREACHABLE: { queue: string; reason: string };
  /** Somebody at a queue has another version of the code. */
  QUEUE_VERSION: { expected: string; found: string };
  /** The Wasm of a runtime's actor is not there, or not the one that this package knows. */
  RUNTIME_UNUSABLE: { runtime: string; file: string; reason: string; remedy: string };
  /** Named values of a store are not what a write expects. */
  STORE_CHANGED: { store: string; names: readonly string[] };
  /** A chain lacks what is to be in a snapshot of it. `epoch`: of the first such tipset below the head. */
  SNAPSHOT_INCOMPLETE: {
    missing: "headers" | "messages" | "state" | "code";
    epoch: number;
    cid: string;
    remedy: string;
  };
  /** A chain lacks the state that a tipset is executed on, as snapshots lack most. `cid`: its root. */
  STATE_MISSING: { epoch: number; cid: string };
  STORE_CLOSED: { operation: string; store: string };
  STORE_READ_ONLY: { operation: string; store: string };
  /** A custom syscall's call is used after its handler has returned. */
  SYSCALL_ANSWERED: { operation: string; syscall: string };
  UNKNOWN_BUNDLE: { version: string; network: string };
  /** A chain's headers do not tell whose it is. `genesis`: undefined if they do not go back so far. */
  UNKNOWN_GENESIS: { genesis: string | undefined; remedy: string };
  UNKNOWN_NETWORK_VERSION: { version: unknown; supported: string };
  /** A state cannot be upgraded. `epoch`: the last of the old version. */
  UPGRADE_NOT_SUPPORTED: { upgrade: string; networkVersion: number; epoch: number; reason: string };
  UNSAFE_CODE_CACHE: { folder: string; reason: string };
  UPLOAD_FAILED: { url: string; reason: string };
  UNSETTLED_MESSAGE: { reason: string };
}
/** Codes of misuse and bad input: `FvmError.code`. */
export type ErrorCode = keyof ErrorDetails;

/** Misuse of our API, or bad input to it. */
export class FvmError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = "FvmError";

  constructor(
    readonly code: C,
    readonly details: ErrorDetails[C],
    options?: ErrorOptions,
  ) {
    super(message(code, details), options);
  }
}

/** Whether `error` is an `FvmError` with this code. */
export function isFvmError<C extends ErrorCode>(error: unknown, code: C): error is FvmError<C> {
  return error instanceof FvmError && error.code === code;
}

/**
 * Facts of each kind of failure of our own machinery or of the host's, one line per code. `epoch`: of the tipset at work,
 * where a chain is validated.
 */
export interface HostFaultDetails {
  BLOCKSTORE_FAILED: { operation: "get" | "put"; cid?: string; reason?: string; epoch?: number };
  BLOCK_NOT_FOUND: { cid: string; epoch?: number };
  BROKEN_INVARIANT: { text: string };
  CORRUPT_BLOCK: { cid: string; epoch?: number };
  /** The node, its externs or its proof verifier failed, or gave an answer of the wrong kind. */
  EXTERN_FAILED: { question: string; reason?: string };
  INVALID_BUILTIN_CODE: { code: string };
  NATIVE_FAILED: { text: string };
  /** A key that a proof is verified with is missing, or is not the one that is pinned. `cid`: IPFS CID of the file. */
  PROOF_FILE_FAILED: { file: string; cid: string; folder: string; reason: string; remedy: string };
  /** A queue's workers have tried a range of epochs as often as they try one. */
  RANGE_FAILED: { from: number; to: number; tries: number; reason: string };
  STORE_FAILED: { store: string; operation: string; reason: string };
  /** The disk is full, or the store has reached a limit of its own. */
  STORE_FULL: { store: string; reason: string };
  WORKER_LOST: { text: string };
}
/** Codes of the host's faults: `HostFault.code`. */
export type HostFaultCode = keyof HostFaultDetails;

/**
 * A blockstore or extern failed, or an invariant of ours broke. It yields no receipt, is never turned
 * into an exit code, and closes the machine.
 */
export class HostFault<C extends HostFaultCode = HostFaultCode> extends Error {
  override readonly name = "HostFault";

  constructor(
    readonly code: C,
    readonly details: HostFaultDetails[C],
    options?: ErrorOptions,
  ) {
    super(message(code, details), options);
  }
}

// Not JSON: it would choke on bigint.
function message(code: string, details: object): string {
  return `${code} ${inspect(details, { breakLength: Number.POSITIVE_INFINITY })}`;
}
