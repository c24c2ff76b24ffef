/** Folder of the engine's sources, which Cargo downloads and checks. */
export function engineFolder(): string;
/** The engine alone, which executes the scripts of its parameters: for ECMAScript's test suite. */
export function linkTest262Actor(): Promise<Uint8Array>;
