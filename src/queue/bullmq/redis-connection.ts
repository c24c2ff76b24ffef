import type { Redis } from "ioredis";
import { FvmError } from "../../errors.js";
import { messageOf } from "../../util/kind-of.js";
import { optionalPackage } from "../../util/optional-package.js";

export const PACKAGES = "bullmq ioredis";
export const PURPOSE = "a queue on Redis";

/** Milliseconds between attempts to reach a server that was there before. */
const FIRST_WAIT = 100;
const LONGEST_WAIT = 2000;
const CONNECT_MS = 10_000;

/** A Redis URL without its name and password, for people. Throws `FvmError` INVALID_OPTION. */
export function withoutCredentials(url: string): string {
  const { protocol, host, pathname } = parsed(url);
  return `${protocol}//${host}${pathname}`;
}

/**
 * A connection to a Redis server. It has to be there at first; later the connection is made again, however long that
 * takes, and what is asked meanwhile waits.
 *
 * @param onNote told when the connection is lost, and when it is there again
 * @throws FvmError INVALID_OPTION, PACKAGE_MISSING, QUEUE_UNREACHABLE
 */
export async function connect(url: string, onNote: (text: string) => void): Promise<Redis> {
  const queue = withoutCredentials(url);
  type Module = typeof import("ioredis");
  const { Redis } = await optionalPackage<Module>("ioredis", PACKAGES, PURPOSE);
  let isConnected = false;
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    // Workers' connections wait for jobs as long as it takes.
    maxRetriesPerRequest: null,
    retryStrategy: (times) => (isConnected ? Math.min(times * FIRST_WAIT, LONGEST_WAIT) : null),
  });
  let last: unknown;
  let isLost = false;
  redis.on("error", (error) => {
    last = error;
    if (!isConnected || isLost) return;
    isLost = true;
    onNote(`${queue} is not reached: ${messageOf(error)}; trying again`);
  });
  redis.on("ready", () => {
    if (isLost) onNote(`${queue} is reached again`);
    isLost = false;
  });
  try {
    await redis.connect();
  } catch (cause) {
    redis.disconnect();
    throw new FvmError("QUEUE_UNREACHABLE", { queue, reason: messageOf(last ?? cause) }, { cause });
  }
  isConnected = true;
  return redis;
}

/** Throws `FvmError` INVALID_OPTION. */
function parsed(url: string): URL {
  if (URL.canParse(url)) {
    const found = new URL(url);
    if (["redis:", "rediss:"].includes(found.protocol) && found.host !== "") return found;
  }
  const reason = "not a URL such as redis://HOST:6379 or rediss://NAME:PASSWORD@HOST:6380";
  throw new FvmError("INVALID_OPTION", { option: "queue", reason });
}

/** Reason why a server may lose writes that it has acknowledged; undefined: none, or it does not say. */
export async function durabilityLack(redis: Redis): Promise<string | undefined> {
  const facts = await redis.info("persistence").catch(() => "");
  if (!/^aof_enabled:0/m.test(facts)) return undefined;
  return "it has no append-only file (appendonly no): a restart loses jobs and results, which are done again";
}
