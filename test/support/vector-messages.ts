/** Messages of vectors, each with the state that it is executed on. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Message } from "../../src/message/message.js";
import { bundleFolders } from "../../src/tools/bundles/folders.js";
import { defaultVectorFolder, readVector, vectorFiles } from "../../src/tools/vectors/files.js";
import { Library } from "../../src/tools/vectors/library.js";
import { messageMachine, preparedMessages } from "../../src/tools/vectors/prepare.js";
import { surroundingsOf } from "../../src/tools/vectors/run.js";
import type { ApplyResult } from "../../src/vm/executor/apply-result.js";
import { Machine } from "../../src/vm/machine/machine.js";
import type { MachineOptions } from "../../src/vm/machine/options.js";

export interface VectorCase {
  /** ID of the vector and index of the message. */
  readonly name: string;
  /** Options of a machine on the state before the message. */
  readonly options: MachineOptions;
  readonly message: Message;
  readonly rawLength: number;
  /** As the vector has the message. */
  readonly result: ApplyResult;
}

/** A folder of vectors, or undefined if it is not there. */
export function vectorFolder(name: string): string | undefined {
  const path = join(defaultVectorFolder() ?? "", name);
  return existsSync(path) ? path : undefined;
}

const library = new Library(bundleFolders());

/** The explicit messages of each `stride`th vector in a folder, in order. */
export async function* vectorCases(folder: string, stride: number): AsyncGenerator<VectorCase> {
  for (const file of vectorFiles([folder]).filter((_, i) => i % stride === 0)) {
    const vector = readVector(file);
    const [variant] = vector.variants;
    if (vector.class !== "message" || variant === undefined || vector.unsupported !== undefined) continue;
    const surroundings = surroundingsOf(vector, variant, { library });
    const options = messageMachine(vector, variant, surroundings);
    using base = await Machine.create(options);
    for (const [i, { message, options: execute }] of preparedMessages(vector, variant).entries()) {
      const before = { ...options, changes: [await base.changes()], blocksOf: [base] };
      if (execute.kind === "implicit") {
        await base.execute(message, execute);
        continue;
      }
      using copy = await Machine.create(before);
      const result = await copy.execute(message, execute);
      const { rawLength } = execute;
      yield { name: `${vector.id} ${i}`, options: before, message, rawLength, result };
      await base.execute(message, execute);
    }
    surroundings.blockCache.clear();
  }
}
