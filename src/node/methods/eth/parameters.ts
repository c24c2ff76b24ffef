import { type BlockParam, blockParam } from "../../eth/json.js";
import { lenient, type Param } from "../../rpc/method.js";

/** The block whose state is read. Lotus insists on it; left out, it is the latest. */
export const stateBlock: Param<BlockParam | undefined> = lenient("block", blockParam);
