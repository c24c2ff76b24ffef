import type { DecodedValue } from "../../builtin/values/value.js";
import { FvmError } from "../../errors.js";

type Kind<K extends DecodedValue["kind"]> = Extract<DecodedValue, { kind: K }>;

/** Fields of a decoded record. The other methods throw `FvmError` INVALID_STATE if the field is not there, or is of another kind. */
export class DecodedFields {
  /** @param what in words, for errors */
  constructor(
    private readonly record: DecodedValue,
    private readonly what: string,
  ) {}

  /** Undefined: it is not there. */
  any(name: string): DecodedValue | undefined {
    const fields = this.record.kind === "record" ? this.record.fields : [];
    return fields.find((field) => field.name === name)?.value;
  }

  get<K extends DecodedValue["kind"]>(name: string, kind: K): Kind<K> {
    const value = this.any(name);
    if (value?.kind === kind) return value as Kind<K>;
    throw new FvmError("INVALID_STATE", { reason: `${this.what}: ${name} is not there as ${kind}` });
  }

  integer(name: string): number | bigint {
    return this.get(name, "integer").value;
  }

  /** An integer of any size. */
  big(name: string): bigint {
    return BigInt(this.integer(name));
  }
}
