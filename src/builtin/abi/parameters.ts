import { FvmError } from "../../errors.js";

/** A parameter of a function, an event or an error, as an ABI lists it. */
export interface AbiParameter {
  readonly name: string;
  /** Such as `uint256` or `tuple[2]`. */
  readonly type: string;
  /** Fields of a tuple. */
  readonly components: readonly AbiParameter[];
  /** Events only: whether it is a topic. */
  readonly indexed: boolean;
}

/** Entries of an ABI that have parameters. */
export type AbiEntryKind = "function" | "event" | "error";

/** A function, an event or an error. */
export interface AbiEntry {
  readonly kind: AbiEntryKind;
  readonly name: string;
  readonly inputs: readonly AbiParameter[];
  /** Functions only. */
  readonly outputs: readonly AbiParameter[];
  /** Events only: whether the signature is no topic. */
  readonly isAnonymous: boolean;
}

const IDENTIFIER = /^[A-Za-z_$][A-Za-z0-9_$]{0,255}$/;
const TYPE = /^(u?int(\d{1,3})?|bool|address|string|function|bytes(\d{1,2})?|tuple)(\[\d{0,9}\]){0,16}$/;
const MOST_ENTRIES = 10_000;
const MOST_PARAMETERS = 100_000;
const DEEPEST = 32;

/** Reads the entries of an ABI; those without parameters, such as `receive`, are passed. */
export class AbiReader {
  private parameters = 0;

  /** @param source what the ABI is called in errors */
  constructor(private readonly source: string) {}

  /** @param json an ABI's list, or an object with one as `abi`, such as an artifact of Foundry or Hardhat */
  entries(json: unknown): AbiEntry[] {
    const list = Array.isArray(json) ? json : fieldsOf(json)?.abi;
    if (!Array.isArray(list)) return this.fail("there is no list of entries, nor an object with one as abi");
    if (list.length > MOST_ENTRIES) this.fail(`more than ${MOST_ENTRIES} entries`);
    return list.flatMap((item, i) => this.entry(item, `entry ${i}`) ?? []);
  }

  private entry(item: unknown, place: string): AbiEntry | undefined {
    const { type, name, inputs, outputs, anonymous } = fieldsOf(item) ?? this.fail(`${place} is no object`);
    if (type === "constructor" || type === "fallback" || type === "receive") return undefined;
    if (type !== "function" && type !== "event" && type !== "error") {
      return this.fail(`${place} is of no known type`);
    }
    if (typeof name !== "string" || !IDENTIFIER.test(name)) return this.fail(`${place} has no name`);
    return {
      kind: type,
      name,
      inputs: this.list(inputs ?? [], `inputs of ${name}`, 0),
      outputs: this.list(outputs ?? [], `outputs of ${name}`, 0),
      isAnonymous: anonymous === true,
    };
  }

  private list(items: unknown, place: string, depth: number): AbiParameter[] {
    if (!Array.isArray(items)) return this.fail(`${place} are no list`);
    if (depth > DEEPEST) this.fail(`${place} are nested too deep`);
    this.parameters += items.length;
    if (this.parameters > MOST_PARAMETERS) this.fail(`more than ${MOST_PARAMETERS} parameters`);
    return items.map((item) => this.parameter(item, place, depth));
  }

  private parameter(item: unknown, place: string, depth: number): AbiParameter {
    const { name, type, components, indexed } = fieldsOf(item) ?? this.fail(`${place} are no objects`);
    if (typeof type !== "string" || !TYPE.test(type)) return this.fail(`${place} have an unknown type`);
    const isTuple = type.startsWith("tuple");
    return {
      name: typeof name === "string" && IDENTIFIER.test(name) ? name : "",
      type,
      components: isTuple ? this.list(components, `components in ${place}`, depth + 1) : [],
      indexed: indexed === true,
    };
  }

  fail(reason: string): never {
    throw new FvmError("INVALID_ABI", { source: this.source, reason });
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}
