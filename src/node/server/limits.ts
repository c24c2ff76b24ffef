/** Bounds of what the server holds, so that no client, however hostile, takes the node's memory. */
export interface ServerLimits {
  /** Longest body of a request, in bytes. */
  readonly bodyBytes: number;
  /** Bytes of bodies being read or answered at a time, by all clients; requests beyond it get status 503. */
  readonly bodyBytesAtOnce: number;
  /** Bytes waiting for the reader of a WebSocket. With more waiting, a notification ends the connection. */
  readonly waitingBytes: number;
  /** The same of all readers together, and of one that waits for answers to its own requests. */
  readonly waitingBytesAtOnce: number;
  /** Requests of a WebSocket executed at once; reading goes on once one of them is answered. */
  readonly requestsAtOnce: number;
  /** Channels of a WebSocket that are open at once. */
  readonly channels: number;
  /** Between pings of a WebSocket, in milliseconds. */
  readonly pingMs: number;
  /** How long a client may take nothing of what waits for it, or answer no ping, in milliseconds. */
  readonly idleAnswerMs: number;
  /**
   * How long a connection is kept between requests, in milliseconds. A client whose event loop stands still for longer,
   * such as a test that compiles, finds its connection reset.
   */
  readonly idleConnectionMs: number;
  /** How long `close` waits for calls that are being answered, in milliseconds. */
  readonly closeMs: number;
}

const MIB = 2 ** 20;

export const serverLimits: ServerLimits = {
  bodyBytes: 16 * MIB,
  bodyBytesAtOnce: 128 * MIB,
  waitingBytes: 8 * MIB,
  waitingBytesAtOnce: 256 * MIB,
  requestsAtOnce: 1_000,
  channels: 1_000,
  pingMs: 5_000,
  idleAnswerMs: 30_000,
  idleConnectionMs: 120_000,
  closeMs: 2_000,
};

/** With bodies as long as Lotus takes them. */
export const lotusServerLimits: ServerLimits = {
  ...serverLimits,
  bodyBytes: 100 * MIB,
  bodyBytesAtOnce: 200 * MIB,
};
