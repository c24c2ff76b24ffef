import { GasCheckpoint } from "../gas/tracker.js";
import type { Journal } from "../state-tree/journal.js";
import type { Recorder } from "../trace/recorder.js";
import type { CallStack } from "./call-stack.js";

/**
 * Where a step began, to undo what it has done. What it has done so far is told to whoever observes.
 * step pushes no native frame before its last act.
 */
export class Checkpoint {
  private readonly gas = new GasCheckpoint();
  private height = 0;
  private events = 0;
  private actorsCreated = 0;
  private calls = 0;
  private depth = 0;

  constructor(
    private readonly journal: Journal,
    private readonly recorder: Recorder | undefined,
  ) {}

  take({ scope, calls, depth }: CallStack): void {
    this.recorder?.commit();
    scope.gas.save(this.gas);
    this.height = this.journal.height;
    this.events = scope.events.length;
    this.actorsCreated = scope.actorsCreated;
    this.calls = calls.length;
    this.depth = depth;
  }

  restore(stack: CallStack): void {
    const { scope } = stack;
    scope.gas.restore(this.gas);
    this.journal.rollback(this.height);
    scope.events.length = this.events;
    scope.actorsCreated = this.actorsCreated;
    stack.calls.length = this.calls;
    stack.depth = this.depth;
    this.recorder?.discard();
  }
}
