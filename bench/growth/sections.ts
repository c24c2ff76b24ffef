import { blockSize } from "./block-size.js";
import { callDepth } from "./call-depth.js";
import type { Section } from "./curve.js";
import { eventCount } from "./event-count.js";
import { migration } from "./migration.js";
import type { GrowthOptions } from "./options.js";
import { stateSize } from "./state-size.js";

export const sections: Readonly<Record<string, (options: GrowthOptions) => Promise<Section>>> = {
  state: stateSize,
  depth: callDepth,
  blocks: blockSize,
  events: eventCount,
  migration,
};
