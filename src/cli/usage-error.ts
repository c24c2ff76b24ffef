/** The command line is wrong. Shown in one line. */
export class UsageError extends Error {
  /** @param command whose help would help; empty: the general one */
  constructor(
    reason: string,
    readonly command = "",
  ) {
    super(reason);
  }
}
