import type { Scouting } from "./look-out.js";

/** A scout that can be sent. Never rejects. @param onLack called when it begins to wait for a block */
export type Errand = (onLack: () => void) => Promise<Scouting>;

/**
 * Scouts one after the other, some at the same time. They are sent while those who execute have to wait, and no longer:
 * without waits they would only double the work. Who finds that blocks are missing may be followed by the next one at any time.
 */
export class Lanes {
  #lanes = 0;

  /**
   * @param most scouts at the same time
   * @param next undefined: nobody needs to be sent
   * @param hasTime whether somebody waits, and probably goes on waiting for a moment
   */
  constructor(
    private readonly most: number,
    private readonly next: () => Errand | undefined,
    private readonly hasTime: () => boolean,
  ) {}

  /** Somebody has to wait: a scout, or who executes. */
  send(): void {
    if (this.#lanes < this.most && this.hasTime()) void this.#lane();
  }

  async #lane(): Promise<void> {
    this.#lanes++;
    let isUseful = true;
    while (isUseful) {
      const errand = this.next();
      if (errand === undefined) break;
      const { lacked } = await errand(() => this.send());
      isUseful = lacked > 0 || this.hasTime();
    }
    this.#lanes--;
  }
}
