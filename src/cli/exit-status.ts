/** Exit codes. */
export const ExitStatus = {
  /** The command ran, and what it checked is wrong. */
  Failed: 1,
  /** The command line or its input is wrong. */
  BadInput: 2,
  /** A fault of this program or of the machine it runs on. */
  Broken: 70,
  /** The user has stopped it: 128 and the number of the signal, as shells have it. */
  Interrupted: 130,
} as const;
