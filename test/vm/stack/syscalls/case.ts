/** Every system call with good and bad arguments: steps, and what their log must say. */
import type { TestNet } from "../../../support/net.js";
import { ROOM, type Script } from "../../../support/script.js";

/** Error number of a call that fails, 4 bytes, and why. */
export class Refusal {
  constructor(
    readonly errno: number,
    readonly text: string,
  ) {}
}
export const refused = (errno: number, text: string) => new Refusal(errno, text);
/** For arguments that are out of bounds or malformed. */
export const illegal = (text: string) => refused(1, text);
export const beyond = (at: number, length: number) =>
  illegal(`buffer ${at} (length ${length}) out of bounds`);

/** Number: 4 bytes; bigint: 8 bytes; else just these bytes. */
export type LogItem = number | bigint | Uint8Array | Refusal;
export type Case = [
  name: string,
  steps: (script: Script, net: TestNet) => Script,
  log: (net: TestNet) => readonly LogItem[],
];

/** Memory that cases use: answers, output buffers, inputs. */
export const OUT = ROOM;
export const BUFFER = ROOM + 0x1000;
export const IN = ROOM + 0x2000;

export const RAW = 0x55;
export const CBOR = 0x51;
export const DAG_CBOR = 0x71;
export const BLAKE2B_256 = 0xb220;

export const text = (value: string) => Buffer.from(value);
export const hex = (value: string) => Buffer.from(value, "hex");
export const filled = (length: number, byte = 0xee) => new Uint8Array(length).fill(byte);
