/** The methods of Lotus's API for Filecoin. */
import { addressMethods } from "./addresses.js";
import { chainMethods } from "./chain.js";
import { executionMethods } from "./execution.js";
import { gasMethods } from "./gas.js";
import { mpoolMethods } from "./mpool.js";
import { networkMethods } from "./network.js";
import { secondMethods } from "./second.js";
import { stateMethods } from "./state.js";

export const filecoinMethods = [
  ...chainMethods,
  ...stateMethods,
  ...executionMethods,
  ...networkMethods,
  ...gasMethods,
  ...mpoolMethods,
  ...addressMethods,
  ...secondMethods,
];
