/** The methods of Lotus's API for Filecoin. */
import { chainMethods } from "./chain.js";
import { executionMethods } from "./execution.js";
import { networkMethods } from "./network.js";
import { stateMethods } from "./state.js";

export const filecoinMethods = [...chainMethods, ...stateMethods, ...executionMethods, ...networkMethods];
