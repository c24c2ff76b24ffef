import { TestNet } from "../../support/net.js";
import { actor } from "./syscalls/actor.cases.js";
import { chain } from "./syscalls/chain.cases.js";
import { crypto } from "./syscalls/crypto.cases.js";
import { events } from "./syscalls/event.cases.js";
import { blocks } from "./syscalls/ipld.cases.js";
import { refusals } from "./syscalls/refusal.cases.js";
import { testCases } from "./syscalls/run.js";
import { self } from "./syscalls/self.cases.js";
import { sends } from "./syscalls/send.cases.js";

testCases(await TestNet.create(), { blocks, self, actor, crypto, events, chain, sends, ...refusals });
