import { FilecoinJson } from "../../filecoin/json.js";
import type { Node } from "../../node.js";

/** Writer of Lotus's JSON with the letter of the node's network. */
export function writer({ chain }: Node): FilecoinJson {
  return new FilecoinJson(chain.network.letter);
}
