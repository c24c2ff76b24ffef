/** The server: HTTP and WebSocket on one port. */
import { createServer, type IncomingMessage, type Server, STATUS_CODES } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { FvmError } from "../../errors.js";
import type { Dispatcher } from "../rpc/dispatch.js";
import { Guard } from "./guard.js";
import { type Documents, HttpHandler, type Pages, versionOf } from "./http.js";
import { lotusServerLimits, type ServerLimits, serverLimits } from "./limits.js";
import { SocketConnection } from "./socket.js";

export interface ServerOptions<N> {
  readonly dispatcher: Dispatcher<N>;
  /** Address to listen on; by default `127.0.0.1`. */
  readonly host?: string;
  /** 0: one that is free. */
  readonly port: number;
  /** Names besides `localhost` that requests may be sent to (`Host`), or `*`. */
  readonly allowedHosts?: readonly string[];
  /** Origins of web pages besides this machine's that may ask, or `*`. */
  readonly allowedOrigins?: readonly string[];
  readonly limits?: Partial<ServerLimits>;
  readonly pages?: Pages;
  readonly documents?: Documents;
}

/** A server that listens. */
export class RpcServer<N> {
  readonly #server: Server;
  readonly #http: HttpHandler<N>;
  readonly #guard: Guard;
  readonly #limits: ServerLimits;
  readonly #sockets = new Set<SocketConnection<N>>();
  readonly #upgrades: WebSocketServer;
  readonly #options: ServerOptions<N>;
  #closing: Promise<void> | undefined;

  private constructor(options: ServerOptions<N>) {
    const { dispatcher, pages, documents, allowedHosts = [], allowedOrigins = [], host } = options;
    const isLotus = dispatcher.options.lotus;
    this.#options = options;
    this.#limits = { ...(isLotus ? lotusServerLimits : serverLimits), ...options.limits };
    const hosts = host === undefined ? allowedHosts : [...allowedHosts, host];
    this.#guard = new Guard({ hosts, origins: allowedOrigins });
    this.#http = new HttpHandler({
      dispatcher,
      guard: this.#guard,
      limits: this.#limits,
      ...(pages !== undefined && { pages }),
      ...(documents !== undefined && { documents }),
    });
    this.#server = createServer((request, response) => this.#http.handle(request, response));
    this.#server.keepAliveTimeout = this.#limits.idleConnectionMs;
    this.#upgrades = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: this.#limits.bodyBytes,
      perMessageDeflate: false,
    });
    this.#server.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** Resolves when it listens. Throws `FvmError` `LISTEN_FAILED`, such as for a port in use. */
  static async listen<N>(options: ServerOptions<N>): Promise<RpcServer<N>> {
    const server = new RpcServer(options);
    await server.#listen();
    return server;
  }

  /** Where it listens, such as `http://127.0.0.1:8545`. */
  get url(): string {
    const { address, family, port } = this.#server.address() as AddressInfo;
    return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
  }

  /** WebSockets that are open. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Bytes that wait for the readers of WebSockets. */
  get waitingBytes(): number {
    let bytes = 0;
    for (const socket of this.#sockets) bytes += socket.waitingBytes;
    return bytes;
  }

  /** Ends calls, waits a moment for their answers, then ends connections too. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #listen(): Promise<void> {
    const { host = "127.0.0.1", port } = this.#options;
    return new Promise((resolve, reject) => {
      this.#server.once("error", (error: NodeJS.ErrnoException) => {
        const reason = LISTEN_REASONS[error.code ?? ""] ?? error.message;
        reject(new FvmError("LISTEN_FAILED", { host, port, reason }, { cause: error }));
      });
      this.#server.listen({ host, port }, resolve);
    });
  }

  async #close(): Promise<void> {
    const reason = "the node stops";
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#http.abortAll(new DOMException(reason, "AbortError"));
    for (const socket of this.#sockets) socket.close(reason);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, this.#limits.closeMs);
    });
    await Promise.race([closed, late]);
    clearTimeout(timer);
    for (const socket of this.#sockets) socket.terminate();
    this.#server.closeAllConnections();
    await closed;
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // A client that vanishes while it is being greeted.
    socket.on("error", () => socket.destroy());
    const { dispatcher } = this.#options;
    const version = versionOf(request.url, dispatcher.options.lotus);
    if (version === undefined) {
      refuse(socket, 404);
      return;
    }
    const refusal = this.#guard.refusalOf(request.headers.host, request.headers.origin);
    if (refusal !== undefined || this.#closing !== undefined) {
      refuse(socket, refusal === undefined ? 503 : 403);
      return;
    }
    this.#upgrades.handleUpgrade(request, socket, head, (webSocket: WebSocket) => {
      const connection = new SocketConnection(webSocket, {
        dispatcher,
        limits: this.#limits,
        version,
        waitingBytes: () => this.waitingBytes,
      });
      this.#sockets.add(connection);
      connection.onClose(() => this.#sockets.delete(connection));
    });
  }
}

const LISTEN_REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: "the port is in use",
  EACCES: "no permission for this port",
  EADDRNOTAVAIL: "this machine has no such address",
  ENOTFOUND: "the name has no address",
};

function refuse(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
