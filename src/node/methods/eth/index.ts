import { accountMethods } from "./accounts.js";
import { basicMethods } from "./basics.js";
import { blockMethods } from "./blocks.js";
import { transactionMethods } from "./transactions.js";

/** Ethereum's methods, but for logs, filters and traces. */
export const ethMethods = [...basicMethods, ...blockMethods, ...transactionMethods, ...accountMethods];
