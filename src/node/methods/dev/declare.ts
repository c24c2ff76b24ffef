/** Methods of development nodes, which Hardhat and anvil have under names of their own. */
import * as v from "valibot";
import { FvmError } from "../../../errors.js";
import type { DevNode } from "../../dev/dev-node.js";
import type { Node } from "../../node.js";
import { type CallContext, type Method, methodsOf, type Param, type ParamValues } from "../../rpc/method.js";
import { named, type Schema } from "../../rpc/schema.js";

/** Facts of a method. */
interface Declaration<P extends readonly Param[]> {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly params: P;
  readonly result: Schema;
  readonly call: (dev: DevNode, values: ParamValues<P>, context: CallContext<Node>) => unknown;
}

const method = methodsOf<Node>();

/** A method that only nodes have that make their chain themselves. */
export function devMethod<const P extends readonly Param[]>(declaration: Declaration<P>): Method<Node> {
  const { call, ...facts } = declaration;
  return method({
    ...facts,
    ours: true,
    call: (context, ...values: unknown[]) => call(devOf(context.node), values as ParamValues<P>, context),
  } as Parameters<typeof method<P>>[0]);
}

/** Programs whose names begin methods. */
export type Prefix = "hardhat" | "anvil";

/** Answers of `hardhat_NAME` and `anvil_NAME` when they have done what they are for. */
const DONE = { hardhat: true, anvil: null } as const;
export const done: Schema = named(v.nullable(v.boolean()), { go: "bool" });

/** Both `hardhat_NAME` and `anvil_NAME`, and what else begins with `evm_`. The answers are those of each program. */
export function pair<const P extends readonly Param[]>(
  name: string,
  {
    call,
    evm,
    result = done,
    ...facts
  }: Omit<Declaration<P>, "name" | "aliases" | "result" | "call"> & {
    readonly result?: Schema;
    /** Other names by which anvil's is known. */
    readonly evm?: readonly string[];
    /** Undefined: as the program answers what is done. */
    readonly call: (
      dev: DevNode,
      values: ParamValues<P>,
      prefix: Prefix,
      context: CallContext<Node>,
    ) => unknown;
  },
): Method<Node>[] {
  return (["hardhat", "anvil"] as const).map((prefix) =>
    devMethod({
      ...facts,
      result,
      name: `${prefix}_${name}`,
      ...(prefix === "anvil" && evm !== undefined && { aliases: evm }),
      call: async (dev, values: ParamValues<P>, context) =>
        (await call(dev, values, prefix, context)) ?? DONE[prefix],
    }),
  );
}

function devOf({ dev }: Node): DevNode {
  if (dev !== undefined) return dev;
  throw new FvmError("INVALID_OPTION", { option: "mining", reason: "this node does not make its chain" });
}
