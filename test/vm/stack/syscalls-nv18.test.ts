import { describe } from "vitest";
import { TestNet } from "../../support/net.js";
import { hygge } from "./syscalls/hygge.cases.js";
import { blocks } from "./syscalls/ipld.cases.js";
import { testCases } from "./syscalls/run.js";
import { sends } from "./syscalls/send.cases.js";

/** Without the tracking of links, which came later. */
const untracked = blocks.filter(([name]) => !/unreachable|malformed DAG-CBOR/.test(name));

describe.each([18, 19, 20])("network version %i", async (version) => {
  testCases(await TestNet.create({ version }), { hygge, untracked, sends });
});
