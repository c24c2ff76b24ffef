import type { ActorManifest } from "./manifest.js";
import { typeText } from "./values.js";

/** Declarations of an actor's client, in TypeScript. */
export function declarationsOf({ name, methods }: ActorManifest): string {
  const lines = [...methods]
    .filter(([method]) => method !== "Constructor")
    .map(([method, { params, returns }]) => {
      const given = params === undefined ? "" : `params: ${typeText(params, "input")}, `;
      const answer = returns === undefined ? "void" : typeText(returns, "output");
      return `  ${method}(${given}options?: CallOptions): Promise<${answer}>;`;
    });
  const title = name.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return `// Made by \`fvm actor build\` from actor.json.
import type { CallOptions } from "fvm-node/actors";

export interface ${title} {
${lines.join("\n")}
}
`;
}
