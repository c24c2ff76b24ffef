/** First network version of a kernel generation. */
export type Generation = 16 | 18 | 21;

/** Binaries of our own actors by name, built on demand. Those that use newer system calls are left out. */
export function buildActors(generation?: Generation): Promise<Record<string, Uint8Array>>;

/** Binary of a module in text format. */
export function assemble(text: string): Promise<Uint8Array>;
