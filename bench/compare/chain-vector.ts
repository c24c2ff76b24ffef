import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decodeMessage, encodeMessage } from "#src/message/message.js";
import { BenchError } from "../bench-error.js";
import type { Chain } from "../groups.js";
import { chainFolder } from "../places.js";
import type { Contender } from "./contender.js";
import { runProcess } from "./run-process.js";

/** The fields of a message vector that change. */
interface VectorJson {
  _meta: { id: string };
  apply_messages: { bytes: string }[];
  postconditions: { receipts: unknown[]; outcomes?: unknown[] };
}

/**
 * A vector that sends another one's last message again and again, made once. What has to come out is
 * what the reference computes.
 */
export async function chainVector(
  folder: string,
  name: string,
  { template, length }: Chain,
  peer: Contender,
): Promise<string> {
  const source = join(folder, template);
  if (!existsSync(source)) throw new BenchError(`there is no vector ${source}`);
  const target = join(chainFolder, `${name}-${length}.json`);
  if (existsSync(target)) return target;
  mkdirSync(chainFolder, { recursive: true });
  const draft = join(chainFolder, `${name}-draft.json`);
  writeFileSync(draft, lengthened(readFileSync(source, "utf8"), name, length));
  const { status, stderr } = await runProcess(peer.command, [...peer.args, "--record", target, draft]);
  if (!existsSync(target)) throw new BenchError(`the reference ended with ${status}: ${stderr.trim()}`);
  return target;
}

function lengthened(text: string, name: string, length: number): string {
  // Large integers of a vector do not survive JSON.parse.
  const exact = text.replace(/("(?:basefee|circ_supply)"\s*:\s*)(\d{16,})/g, '$1"#$2"');
  const vector = JSON.parse(exact) as VectorJson;
  const messages = vector.apply_messages.map(({ bytes }) => decodeMessage(Buffer.from(bytes, "base64")));
  const last = messages.at(-1);
  if (last === undefined) throw new BenchError(`the template of ${name} has no messages`);
  while (messages.length < length) {
    const nonce = BigInt(last.nonce) + BigInt(messages.length - vector.apply_messages.length + 1);
    messages.push({ ...last, nonce: Number(nonce) });
  }
  const changed = {
    ...vector,
    _meta: { ...vector._meta, id: name },
    apply_messages: messages.map((message) => ({
      bytes: Buffer.from(encodeMessage(message)).toString("base64"),
    })),
    postconditions: { ...vector.postconditions, receipts: [], outcomes: [] },
  };
  return JSON.stringify(changed).replace(/"#(\d+)"/g, "$1");
}
