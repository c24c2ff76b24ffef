import { oncePer } from "../../util/once-per.js";
import type { HandlerName, Syscall } from "../syscalls/table.js";
import { actor } from "./actor.js";
import type { Handler } from "./context.js";
import { crypto } from "./crypto.js";
import { customHandler } from "./custom.js";
import { debug } from "./debug.js";
import { event } from "./event.js";
import { network } from "./network.js";
import { rand } from "./rand.js";
import { self } from "./self.js";
import { send } from "./send.js";

/** Handlers of the host syscalls, by the names in the syscall table. */
export const handlers: Readonly<Record<HandlerName, Handler>> = {
  ...actor,
  ...crypto,
  ...debug,
  ...event,
  ...network,
  ...rand,
  ...self,
  ...send,
};

type HandlerTable = readonly (Handler | undefined)[];

/** Handlers by number of the syscall; undefined where C++ answers. One list for a table's machines. */
export const handlersOf = oncePer(
  (syscalls: readonly Syscall[]): HandlerTable =>
    syscalls.map(({ handler, custom }) => (custom ? customHandler(custom) : handler && handlers[handler])),
);
