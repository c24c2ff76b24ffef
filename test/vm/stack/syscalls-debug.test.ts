import { TestNet } from "../../support/net.js";
import { debug } from "./syscalls/debug.cases.js";
import { testCases } from "./syscalls/run.js";

testCases(await TestNet.create(), { debug }, { debug: { log: () => {} } });
