import { once } from "node:events";
import { readFileSync } from "node:fs";
import { WebSocket } from "ws";
import { BenchError } from "../../bench-error.js";
import { Client } from "../client.js";
import { startFvm } from "../fvm.js";
import type { Measure } from "../measure.js";
import { BenchToken, strangerOf } from "../token.js";

const FILTERS = 1000;
const SOCKETS = 1000;
const BLOCKS = 400;

/**
 * How much memory a node takes more after the second half of many blocks than after the first, with filters that nobody
 * polls and subscribers who are told of each block. Ours alone: it is no race.
 */
export const watchers: Measure = async ({ name: node, start }) => {
  if (start !== startFvm) return [];
  await using peer = await startFvm();
  using client = new Client(peer.url);
  const token = await BenchToken.deploy(client);
  for (let i = 0; i < FILTERS; i++)
    await client.ask(i % 2 === 0 ? "eth_newFilter" : "eth_newBlockFilter", ...(i % 2 === 0 ? [{}] : []));
  const told = { count: 0 };
  const sockets = await Promise.all(Array.from({ length: SOCKETS }, (_, i) => subscriber(peer.url, i, told)));
  const memory: number[] = [];
  let sent = 0;
  for (let half = 0; half < 3; half++) {
    for (let i = 0; i < BLOCKS / 2; i++) await token.send(token.transferTo(strangerOf(sent++)));
    memory.push(residentMib(peer.child.pid as number));
  }
  // Each block or its log.
  while (told.count < SOCKETS * sent) await new Promise((resolve) => setTimeout(resolve, 10));
  for (const socket of sockets) socket.terminate();
  const [, first = 0, second = 0] = memory;
  const name = `memory that ${BLOCKS / 2} blocks add, ${FILTERS} filters, ${SOCKETS} sockets`;
  return [
    { node, name: "memory with them", value: first, unit: "MiB", better: "less" },
    { node, name, value: second - first, unit: "MiB", better: "less" },
  ];
};

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
