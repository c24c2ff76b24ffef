import { once } from "node:events";
import { readFileSync } from "node:fs";
import { WebSocket } from "ws";
import { BenchError } from "../../bench-error.js";
import { Client } from "../client.js";
import { startFvm } from "../fvm.js";
import type { Measure } from "../measure.js";
import { BenchToken, strangerOf } from "../token.js";

const WATCHERS = 1000;
/** Calls of each part of a run: the first one warms up. */
const BLOCKS = 200;
const PARTS = 3;

/**
 * How much memory blocks take on a node, alone and with filters that nobody polls and subscribers who are told of each.
 * Ours alone: it is no race.
 */
export const watchers: Measure = async ({ name: node, start }) => {
  if (start !== startFvm) return [];
  const alone = await grown(0);
  const watched = await grown(WATCHERS);
  const names = ["nobody watches", `${WATCHERS} filters and ${WATCHERS} sockets`];
  return [alone, watched].map((value, i) => {
    const name = `memory that ${BLOCKS} blocks take, ${names[i]}`;
    return { node, name, value, unit: "MiB", better: "less" };
  });
};

/** MiB that the blocks of the last part of a run take. */
async function grown(count: number): Promise<number> {
  await using peer = await startFvm();
  const told = { count: 0 };
  const subscribers = Array.from({ length: count }, (_, i) => subscriber(peer.url, i, told));
  const sockets = await Promise.all(subscribers);
  using client = new Client(peer.url);
  for (let i = 0; i < count; i++) {
    await (i % 2 === 0 ? client.ask("eth_newFilter", {}) : client.ask("eth_newBlockFilter"));
  }
  const token = await BenchToken.deploy(client);
  const memory: number[] = [];
  for (let i = 0; i < BLOCKS * PARTS; i++) {
    await token.send(token.transferTo(strangerOf(i)));
    if ((i + 1) % BLOCKS === 0) memory.push(residentMib(peer.child.pid as number));
  }
  // Each has been told of each block, or of the log in it.
  while (told.count < count * BLOCKS * PARTS) await new Promise((resolve) => setTimeout(resolve, 10));
  for (const socket of sockets) socket.terminate();
  const [last = 0, before = 0] = memory.reverse();
  return last - before;
}

/** Counts what it is told: blocks, or logs. */
async function subscriber(url: string, number: number, told: { count: number }): Promise<WebSocket> {
  const socket = new WebSocket(url.replace("http", "ws"));
  await once(socket, "open");
  const params = number % 2 === 0 ? ["newHeads"] : ["logs", {}];
  socket.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_subscribe", params }));
  const [answer] = await once(socket, "message");
  if (!String(answer).includes('"result"')) throw new BenchError(`${url}: no subscription: ${answer}`);
  socket.on("message", () => {
    told.count++;
  });
  return socket;
}

function residentMib(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib) / 1024;
}
