import { ADDRESS_PROTOCOL, type Address, addressProtocol } from "../../address/address.js";
import { formatAddress, type NetworkLetter } from "../../address/text.js";
import { cidText } from "../../encoding/cid.js";
import { formatFil } from "../../message/token.js";
import { hex } from "../../util/bytes.js";
import { isCount, optional } from "../../util/check.js";
import { checkOption } from "../../util/options.js";
import { filecoinToEth } from "../evm/eth-address.js";
import type { ShownOptions } from "./json.js";
import type { DecodedValue, Range } from "./value.js";

/** How a value is shown to people. */
export interface TextOptions extends ShownOptions {
  /** Characters after which the text is cut. Default: 400 on one line, 20,000 on several. */
  readonly limit?: number;
  /** On several lines, indented by two blanks. Default: on one. */
  readonly multiline?: boolean;
}

const LINE_LIMIT = 400;
const LINES_LIMIT = 20_000;
/** Bytes of a byte string that are shown. */
const MOST_BYTES = 64;
/** Characters of a text that are shown. */
const MOST_CHARACTERS = 256;
const INDENT = "  ";

/**
 * A decoded value as text for people, with amounts in FIL. It holds no control characters, whatever the value does.
 * Parts that do not fit the limit are replaced by `…`.
 */
export function decodedText(value: DecodedValue, options: TextOptions = {}): string {
  const { multiline = false, letter } = options;
  checkOption("limit", options.limit, optional(isCount));
  const limit = options.limit ?? (multiline ? LINES_LIMIT : LINE_LIMIT);
  const writer = new TextWriter(multiline, limit, letter ?? "f");
  writer.write(value, 0);
  return writer.finish();
}

class TextWriter {
  private readonly parts: string[] = [];
  private length = 0;

  constructor(
    private readonly isMultiline: boolean,
    private readonly limit: number,
    private readonly letter: NetworkLetter,
  ) {}

  write(value: DecodedValue, depth: number): void {
    if (this.length > this.limit) return;
    switch (value.kind) {
      case "list": {
        const items = value.items.map((item) => ({ label: "", item }));
        this.writeItems("[", "]", items, value.omitted, depth);
        return;
      }
      case "record": {
        const fields = value.fields.map(({ name, value: item }) => ({ label: `${name}: `, item }));
        this.writeItems("{", "}", fields, 0, depth);
        return;
      }
      case "map": {
        const entries = value.entries.map(([key, item]) => ({ label: `${this.short(key)}: `, item }));
        this.writeItems("{", "}", entries, value.omitted, depth);
        return;
      }
      default:
        this.put(leafText(value, this.letter));
    }
  }

  finish(): string {
    const text = this.parts.join("");
    return text.length <= this.limit ? text : `${text.slice(0, Math.max(0, this.limit - 1))}…`;
  }

  private writeItems(
    open: string,
    close: string,
    items: readonly { readonly label: string; readonly item: DecodedValue }[],
    omitted: number,
    depth: number,
  ): void {
    const isSpread = this.isMultiline && items.length + omitted > 0;
    const between = isSpread ? `\n${INDENT.repeat(depth + 1)}` : " ";
    this.put(open);
    for (const [i, { label, item }] of items.entries()) {
      if (this.length > this.limit) return;
      if (isSpread || i > 0) this.put(i > 0 && !isSpread ? `,${between}` : between);
      this.put(label);
      this.write(item, depth + 1);
    }
    if (omitted > 0) this.put(`${items.length > 0 || isSpread ? between : ""}… ${count(omitted)} more`);
    this.put(isSpread ? `\n${INDENT.repeat(depth)}${close}` : close);
  }

  private short(key: DecodedValue): string {
    return key.kind === "list" || key.kind === "record" || key.kind === "map"
      ? decodedText(key, { limit: MOST_CHARACTERS, letter: this.letter })
      : leafText(key, this.letter);
  }

  private put(text: string): void {
    this.parts.push(text);
    this.length += text.length;
  }
}

function leafText(
  value: Exclude<DecodedValue, { kind: "list" | "record" | "map" }>,
  letter: NetworkLetter,
): string {
  switch (value.kind) {
    case "null":
      return "none";
    case "bool":
      return value.value ? "yes" : "no";
    case "integer":
    case "float":
      return String(value.value);
    case "amount":
      return `${formatFil(value.value)} ${value.unit}`;
    case "named":
      return `${value.name} (${value.value})`;
    case "text":
      return quoted(value.value);
    case "bytes":
      return bytesText(value.value);
    case "address":
      return addressText(value.value, letter);
    case "cid":
      return cidText(value.value);
    case "ranges":
      return rangesText(value.ranges, value.omitted);
    case "cut":
      return `… (${count(value.bytes)} bytes)`;
  }
}

/** An f410 address is shown as Ethereum's, too. */
function addressText(address: Address, letter: NetworkLetter): string {
  const text = formatAddress(address, letter);
  const eth = addressProtocol(address) === ADDRESS_PROTOCOL.DELEGATED ? filecoinToEth(address) : undefined;
  return eth === undefined ? text : `${text} (${eth})`;
}

function bytesText(bytes: Uint8Array): string {
  if (bytes.length <= MOST_BYTES) return `0x${hex(bytes)}`;
  return `0x${hex(bytes.subarray(0, MOST_BYTES / 2))}… (${count(bytes.length)} bytes)`;
}

function rangesText(ranges: readonly Range[], omitted: number): string {
  const runs = ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`));
  const more = omitted === 0 ? [] : [`… ${count(omitted)} more`];
  return `<${[...runs, ...more].join(", ")}>`;
}

/** Characters that JSON escapes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they are
const CONTROLS = /[\u0000-\u001f]/g;
/** Characters that change how a terminal shows what follows, beyond those that JSON escapes. */
const UNSAFE = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

function quoted(text: string): string {
  const shown = text.length <= MOST_CHARACTERS ? text : text.slice(0, MOST_CHARACTERS);
  const safe = escaped(JSON.stringify(shown));
  return shown === text ? safe : `${safe}… (${count(text.length)} characters)`;
}

/** Text of an actor, without characters that would change how a terminal shows it. */
export function harmlessText(text: string): string {
  return escaped(text.replace(CONTROLS, (character) => JSON.stringify(character).slice(1, -1)));
}

function escaped(text: string): string {
  return text.replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
