/** The tables of docs/configuration.md, made from the network versions. */
import { NEWEST_VERSION, networkVersion, OLDEST_VERSION } from "../../dist/index.js";
import { markdown, pageWithTables } from "./page-tables.mjs";

const versions = Array.from({ length: NEWEST_VERSION - OLDEST_VERSION + 1 }, (_, index) =>
  networkVersion(OLDEST_VERSION + index),
);

/** Where a network version has what a change of this name changes. */
const LIMITS = {
  maxCallDepth: ({ rules }) => rules.calls.maxCallDepth,
  maxMemoryBytes: ({ maxMemoryBytes }) => maxMemoryBytes,
  maxStackMemoryBytes: ({ maxStackMemoryBytes }) => maxStackMemoryBytes,
  maxTableElements: ({ maxTableElements }) => maxTableElements,
  maxWasmStack: ({ maxWasmStack }) => maxWasmStack,
  maxBlockBytes: ({ rules }) => rules.native.maxBlockBytes,
};

/** The page, with its tables as they are to be. */
export function configurationPage() {
  return pageWithTables("configuration.md", [limits(), prices()]);
}

function limits() {
  const columns = groups((network) => JSON.stringify(Object.values(LIMITS).map((read) => read(network))));
  const rows = Object.entries(LIMITS).map(([name, read]) => [
    `\`${name}\``,
    ...columns.map(({ network }) => (read(network) === 0 ? "none" : number(read(network)))),
  ]);
  return { name: "limits", table: markdown(["limit", ...columns.map(({ range }) => range)], rows) };
}

function prices() {
  const columns = groups((network) => network.prices);
  const names = Object.keys(columns[0].network.priceList);
  const rows = names.map((name) => [
    `\`${name}\``,
    ...columns.map(({ network }) => price(network.priceList[name])),
  ]);
  const heads = columns.map(({ network, range }) => `${network.prices}, ${range}`);
  return { name: "prices", table: markdown(["price", ...heads], rows) };
}

/** Versions that follow each other and have the same key. */
function groups(keyOf) {
  const found = [];
  for (const network of versions) {
    const last = found.at(-1);
    if (last?.key === keyOf(network)) last.to = network.version;
    else found.push({ key: keyOf(network), network, to: network.version });
  }
  return found.map(({ network, to }) => ({ network, range: `${network.version} to ${to}` }));
}

function price(value) {
  if (typeof value === "number") return number(value);
  if (value instanceof Map) return `types ${[...value.keys()].join(", ")}`;
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.join(", ");
  return Object.entries(value)
    .map(([part, amount]) => `${part} ${number(amount)}`)
    .join("<br>");
}

function number(value) {
  return value.toLocaleString("en");
}
