import { accountMethods } from "./accounts.js";
import { basicMethods } from "./basics.js";
import { besideMethods } from "./beside.js";
import { blockMethods } from "./blocks.js";
import { callMethods } from "./calls.js";
import { feeMethods } from "./fees.js";
import { logMethods } from "./logs.js";
import { simulateMethods } from "./simulate.js";
import { transactionMethods } from "./transactions.js";

/** Ethereum's methods, but for traces. */
export const ethMethods = [
  ...basicMethods,
  ...blockMethods,
  ...transactionMethods,
  ...accountMethods,
  ...callMethods,
  ...feeMethods,
  ...logMethods,
  ...besideMethods,
  ...simulateMethods,
];
