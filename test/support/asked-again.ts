/** A node on a chain that a Lotus node has made, asked what that one was asked. */
import { Dispatcher } from "../../src/node/rpc/dispatch.js";
import { RpcError } from "../../src/node/rpc/errors.js";
import { jsonOf } from "../../src/node/rpc/json.js";
import type { Method } from "../../src/node/rpc/method.js";
import { MethodTable } from "../../src/node/rpc/table.js";
import { answers } from "./lotus-recording.js";

/** A question that was answered otherwise. */
export interface Difference {
  readonly params: unknown;
  readonly expected: unknown;
  readonly found: unknown;
}

/** Asks what a recorded node was asked of a method, with `--lotus`. Answers those that are answered otherwise. */
export async function differences<N>(
  node: N,
  methods: readonly Method<N>[],
  recording: string,
  name: string,
  only: (index: number) => boolean = () => true,
): Promise<{ readonly asked: number; readonly differences: readonly Difference[] }> {
  const dispatcher = new Dispatcher({ node, table: new MethodTable(methods, true), lotus: true });
  const { signal } = new AbortController();
  const found: Difference[] = [];
  let asked = 0;
  for (const [index, { params, ...answer }] of answers<unknown, unknown>(recording, name).entries()) {
    if (!only(index)) continue;
    asked++;
    const ours = await dispatcher
      .call(name, params, { version: "v1", signal })
      .then((result) => ({ result }))
      .catch((error: unknown) => {
        if (!(error instanceof RpcError)) throw error;
        return { error };
      });
    // The recording's numbers went through JavaScript, too.
    const shown = JSON.parse(jsonOf(ours)) as object;
    if (jsonOf(sorted(comparable(shown))) !== jsonOf(sorted(comparable(answer)))) {
      found.push({ params, expected: answer, found: shown });
    }
  }
  return { asked, differences: found };
}

/** Times that a machine took, which recordings leave out. */
const TIMES: ReadonlySet<string> = new Set(["tt", "Duration"]);

function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).filter(([name]) => !TIMES.has(name));
  return Object.fromEntries(fields.map(([name, field]) => [name, comparable(field)]));
}

/** With the names of each object in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(fields.map(([name, field]) => [name, sorted(field)]));
}
