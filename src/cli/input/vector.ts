import { FvmError } from "../../errors.js";
import { bundleFolders } from "../../tools/bundles/folders.js";
import { readVector } from "../../tools/vectors/files.js";
import { Library } from "../../tools/vectors/library.js";
import { messageMachine, type PreparedMessage, preparedMessages } from "../../tools/vectors/prepare.js";
import { surroundingsOf } from "../../tools/vectors/run.js";
import type { Variant, Vector } from "../../tools/vectors/vector.js";
import { Machine } from "../../vm/machine/machine.js";
import { existingFolder } from "../existing-folder.js";
import type { StoreValues } from "./options.js";
import type { InputState } from "./state.js";

/** The state before one of a vector's messages, and the messages from that one on. */
export interface VectorState extends InputState {
  readonly messages: readonly PreparedMessage[];
}

/**
 * The state before a message of a vector of class `message`: those before it are executed. Throws `UsageError`,
 * `FvmError` INVALID_VECTOR also for a vector of tipsets and an index that it has not got, BUNDLE_NOT_FOUND,
 * UNKNOWN_NETWORK_VERSION, and the file system's errors.
 *
 * @param index of the message, from 0
 * @param variant ID of the variant. Default: the first.
 */
export async function openVectorState(
  file: string,
  { bundles }: Pick<StoreValues, "bundles">,
  command: string,
  index = 0,
  variant?: string,
): Promise<VectorState> {
  const vector = readVector(file);
  if (vector.class !== "message") throw invalid(file, "class", "tipset, where message is needed");
  const found = variantOf(vector, variant);
  const messages = preparedMessages(vector, found);
  if (index > 0 && index >= messages.length) {
    throw invalid(file, "apply_messages", `there are ${messages.length}, and no number ${index}`);
  }
  const library = new Library(bundleFolders(existingFolder("bundles", bundles, command)));
  const surroundings = surroundingsOf(vector, found, { library });
  const machine = messageMachine(vector, found, surroundings);
  const [before, after] = [messages.slice(0, index), messages.slice(index)];
  return {
    name: vector.id,
    machine: { ...machine, stateRoot: await rootAfter(machine, before) },
    messages: after,
    [Symbol.asyncDispose]: async () => surroundings.blockCache.clear(),
  };
}

/** A variant of a vector. Throws `FvmError` INVALID_VECTOR. @param id Default: the first. */
export function variantOf(vector: Vector, id?: string): Variant {
  const { file, unsupported, variants } = vector;
  if (unsupported !== undefined) throw invalid(file, "selector", unsupported);
  const found = variants.find((variant) => id === undefined || variant.id === id);
  if (found !== undefined) return found;
  throw invalid(file, "preconditions.variants", `there is none ${id ?? ""}`.trimEnd());
}

async function rootAfter(options: VectorState["machine"], messages: readonly PreparedMessage[]) {
  if (messages.length === 0) return options.stateRoot;
  using machine = await Machine.create(options);
  for (const { message, options } of messages) await machine.execute(message, options);
  return await machine.flush();
}

function invalid(file: string, field: string, reason: string): FvmError {
  return new FvmError("INVALID_VECTOR", { file, field, reason });
}
