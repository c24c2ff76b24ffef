/** All methods by name and path of the API. */
import type { ApiVersion, Method } from "./method.js";

const VERSIONS: readonly ApiVersion[] = ["v0", "v1", "v2"];

/** Methods as they are called. With `lotus`, those that Lotus lacks are not there. */
export class MethodTable<N> {
  readonly #byName: ReadonlyMap<ApiVersion, ReadonlyMap<string, Method<N>>>;

  /** Throws `Error` if two methods of a path have one name. */
  constructor(methods: readonly Method<N>[], lotus: boolean) {
    const shown = methods.filter(({ ours }) => !(lotus && ours === true));
    this.#byName = new Map(VERSIONS.map((version) => [version, byName(shown, version)]));
  }

  find(version: ApiVersion, name: string): Method<N> | undefined {
    return this.#byName.get(version)?.get(name);
  }

  /** Each method of a path once, by name. */
  all(version: ApiVersion): Method<N>[] {
    const methods = new Set(this.#byName.get(version)?.values());
    return [...methods].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

function byName<N>(methods: readonly Method<N>[], version: ApiVersion): Map<string, Method<N>> {
  const table = new Map<string, Method<N>>();
  for (const method of methods) {
    if (method.versions?.includes(version) === false) continue;
    for (const name of [method.name, ...(method.aliases ?? [])]) {
      if (table.has(name)) throw new Error(`two methods are called ${name}`);
      table.set(name, method);
    }
  }
  return table;
}
