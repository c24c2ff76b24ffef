/** What ends a benchmark, told in a line. */
export class BenchError extends Error {}
