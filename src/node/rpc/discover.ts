import * as v from "valibot";
import { type Method, methodsOf } from "./method.js";
import { openRpcDocument } from "./openrpc.js";
import { named } from "./schema.js";
import type { MethodTable } from "./table.js";

/** The method that describes all others of its path. `table`: asked when it is called. */
export function discoverMethod<N>(table: () => MethodTable<N>, nodeVersion: string): Method<N> {
  return methodsOf<N>()({
    name: "Filecoin.Discover",
    aliases: ["rpc.discover"],
    summary: "An OpenRPC document of all methods.",
    params: [],
    result: named(v.looseObject({}), {
      json: { type: "object", required: ["openrpc", "info", "methods"] },
    }),
    call: ({ version, lotus }) => openRpcDocument(table(), version, lotus, nodeVersion),
  });
}
