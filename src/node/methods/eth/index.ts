import { accountMethods } from "./accounts.js";
import { basicMethods } from "./basics.js";
import { blockMethods } from "./blocks.js";
import { callMethods } from "./calls.js";
import { feeMethods } from "./fees.js";
import { transactionMethods } from "./transactions.js";

/** Ethereum's methods, but for logs, filters and traces. */
export const ethMethods = [
  ...basicMethods,
  ...blockMethods,
  ...transactionMethods,
  ...accountMethods,
  ...callMethods,
  ...feeMethods,
];
