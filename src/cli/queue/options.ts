/** Options that the commands on queues have in common. */
import { UsageError } from "../usage-error.js";

export const queueOptions = {
  queue: {
    type: "text",
    value: "URL",
    help: "Redis or Valkey server: redis://HOST:6379, rediss://NAME:PASSWORD@HOST:6380. FVM_QUEUE in the environment, which nobody else sees, does as well with --queue env.",
  },
  "queue-name": { type: "text", value: "NAME", help: "Several queues on a server have names. Default: fvm." },
  tries: {
    type: "count",
    value: "N",
    fallback: 5,
    help: "Times that a range is tried before it is left aside with its reason. Default: 5.",
  },
} as const;

/** Value of --queue by which the environment names the server. */
const FROM_ENVIRONMENT = "env";

/** The server's URL. Throws `UsageError`. */
export function queueUrl(queue: string, command: string): string {
  if (queue !== FROM_ENVIRONMENT) return queue;
  const { FVM_QUEUE } = process.env;
  if (FVM_QUEUE === undefined || FVM_QUEUE === "") throw new UsageError("FVM_QUEUE is not set", command);
  return FVM_QUEUE;
}
