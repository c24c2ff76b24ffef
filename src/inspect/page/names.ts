import type { ActorType } from "../../builtin/actors/index.js";
import { BuiltinActors } from "../../builtin/builtin-actors.js";
import { exitCodeText } from "../../builtin/exit-codes.js";
import type { Decoded } from "../../builtin/schema/decode.js";
import { decodedText } from "../../builtin/values/text.js";
import type { Cid } from "../../encoding/cid.js";
import { CBOR, DAG_CBOR } from "../../encoding/codecs.js";
import type { U64 } from "../../util/u64.js";
import type { ObservedBlock } from "../../vm/trace/observation.js";
import type { MessageTrace } from "../../vm/trace/trace.js";

/** A method of an actor. */
export interface MethodOf {
  /** Undefined: it is no builtin actor. */
  readonly type: ActorType | undefined;
  readonly method: U64;
}

/** Data in words. */
export interface Words {
  readonly text: string;
  /** Why they are not what they should be. */
  readonly mismatch?: string;
}

/** What the things of a message are called. Undefined: not known. */
export class Names {
  private readonly actors: BuiltinActors;

  constructor(trace: MessageTrace) {
    this.actors = BuiltinActors.of(trace);
  }

  type(code: Cid): ActorType | undefined {
    return this.actors.typeOf(code);
  }

  /** `PublishStorageDeals`, or `method 4`. */
  method({ type, method }: MethodOf): string {
    return this.actors.methodName(type, method) ?? `method ${method}`;
  }

  params({ type, method }: MethodOf, block: ObservedBlock): Words | undefined {
    return wordsOf(this.actors.decodeParams(type, method, block));
  }

  returned({ type, method }: MethodOf, block: ObservedBlock, exitCode: number): Words | undefined {
    return wordsOf(this.actors.decodeReturn(type, method, block, exitCode));
  }

  /** A value of an event. */
  value({ codec, data }: ObservedBlock): string | undefined {
    if (codec !== CBOR && codec !== DAG_CBOR) return undefined;
    const { form, value } = this.actors.decode(undefined, data);
    return form === "bytes" ? undefined : decodedText(value);
  }

  exitCode(code: number, type: ActorType | undefined): string {
    return `exit ${exitCodeText(code, type)}`;
  }

  /** Category of a charge. */
  category(charge: string): string {
    return charge;
  }
}

function wordsOf(decoded: Decoded | undefined): Words | undefined {
  if (decoded === undefined || decoded.form === "bytes") return undefined;
  const text = decodedText(decoded.value, { multiline: true });
  return decoded.mismatch === undefined ? { text } : { text, mismatch: decoded.mismatch };
}
