import { buildActors } from "../../actors/build.mjs";

/** Compiles our actors before any test needs them: the first time takes some seconds. */
export default async function setup(): Promise<void> {
  for (const generation of [16, 18, 21] as const) await buildActors(generation);
}
