/** Methods of nodes that make their chain themselves. */
import type { Node } from "../../node.js";
import type { Method } from "../../rpc/method.js";
import { chainMethods } from "./chains.js";
import { editMethods } from "./edits.js";
import { impersonationMethods } from "./impersonation.js";
import { infoMethods } from "./info.js";
import { miningMethods } from "./mining.js";
import { reorgMethods } from "./reorg.js";
import { sendingMethods } from "./sending.js";
import { signingMethods } from "./signing.js";
import { timeMethods } from "./time.js";
import { tokenMethods } from "./tokens.js";
import { txpoolMethods } from "./txpool.js";

/** As Hardhat and anvil have them, and wallets' methods for the node's own accounts. */
export const devMethods: readonly Method<Node>[] = [
  ...infoMethods,
  ...chainMethods,
  ...miningMethods,
  ...reorgMethods,
  ...timeMethods,
  ...editMethods,
  ...impersonationMethods,
  ...signingMethods,
  ...sendingMethods,
  ...tokenMethods,
  ...txpoolMethods,
];
