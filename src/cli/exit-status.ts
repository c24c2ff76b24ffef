/** Exit codes of commands. */
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

/** Exit codes for the help. */
export const EXIT_CODES: readonly (readonly [code: number, meaning: string])[] = [
  [0, "done"],
  [ExitStatus.Failed, "what was checked is wrong"],
  [ExitStatus.BadInput, "the command line or its input is wrong"],
  [ExitStatus.Broken, "a fault of this program or of the machine, such as a full disk"],
  [ExitStatus.Interrupted, "ended with Ctrl-C"],
];
