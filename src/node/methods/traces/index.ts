import { debugMethods } from "./debug.js";
import { traceMethods as parityMethods } from "./trace.js";

/** Methods that tell what transactions did. */
export const traceMethods = [...parityMethods, ...debugMethods];
