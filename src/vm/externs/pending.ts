/** An answer is on its way: await it, undo the step and run it again. */
export class Pending {
  constructor(readonly pending: Promise<void>) {}
}
