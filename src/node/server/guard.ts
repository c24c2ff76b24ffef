/**
 * Who may ask. Two headers tell web pages from programs: a page whose name was rebound to this machine
 * bears its own `Host`, and a page of another site bears its `Origin`. Programs send neither.
 */
import { isIP } from "node:net";

export interface GuardOptions {
  /** Names besides `localhost` that a `Host` header may bear; `*` for any. */
  readonly hosts: readonly string[];
  /** Origins besides this machine's and browser extensions', such as `https://app.example`; `*` for any. */
  readonly origins: readonly string[];
}

export class Guard {
  /** Of the headers that came last: a client's are always the same. */
  #last: { host: string | undefined; origin: string | undefined; refusal: string | undefined } | undefined;
  readonly #hosts: ReadonlySet<string>;
  readonly #origins: ReadonlySet<string>;

  constructor({ hosts, origins }: GuardOptions) {
    this.#hosts = new Set(hosts.map((host) => host.toLowerCase()));
    this.#origins = new Set(origins.map((origin) => origin.toLowerCase()));
  }

  /** Why a request is refused, or `undefined`. */
  refusalOf(host: string | undefined, origin: string | undefined): string | undefined {
    const last = this.#last;
    if (last !== undefined && last.host === host && last.origin === origin) return last.refusal;
    const refusal = this.#refusalOf(host, origin);
    this.#last = { host, origin, refusal };
    return refusal;
  }

  #refusalOf(host: string | undefined, origin: string | undefined): string | undefined {
    if (!this.isHost(host)) return `host ${host} is not allowed`;
    if (!this.isOrigin(origin)) return `origin ${origin} is not allowed`;
    return undefined;
  }

  /** An address is nobody's name, so that nobody can rebind it. */
  isHost(host: string | undefined): boolean {
    if (host === undefined || this.#hosts.has("*")) return true;
    const name = /[@/\\?#]/.test(host) ? undefined : nameOf(`http://${host}`);
    return name !== undefined && (isLocal(name) || isIP(bare(name)) !== 0 || this.#hosts.has(name));
  }

  isOrigin(origin: string | undefined): boolean {
    if (origin === undefined || this.#origins.has("*") || this.#origins.has(origin.toLowerCase()))
      return true;
    if (/^[a-z-]+-extension:\/\//.test(origin)) return true;
    const name = nameOf(origin);
    return name !== undefined && isLocal(name);
  }
}

function nameOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname.toLowerCase().replace(/\.$/, "") : undefined;
}

function isLocal(name: string): boolean {
  return (
    name === "localhost" ||
    name.endsWith(".localhost") ||
    name === "[::1]" ||
    (isIP(name) === 4 && name.startsWith("127."))
  );
}

function bare(name: string): string {
  return name.replace(/^\[|\]$/g, "");
}
