/** The tables of docs/node.md, made from the node's declarations. */
import { departures } from "../../dist/node/rpc/departures.js";
import { markdown, pageWithTables } from "./page-tables.mjs";

/** The page, with its tables as they are to be. */
export function nodePage() {
  const rows = departures.map(({ topic, lotus, here, why }) => [topic, lotus, here, why]);
  const table = markdown(["", "Lotus, and `--lotus`", "here", "because"], rows);
  return pageWithTables("node.md", [{ name: "departures", table }]);
}
