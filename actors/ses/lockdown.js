// Hardens the realm. The engine has no console, which ses takes for granted.
globalThis.console = {};
// How the engine is told what an error's stack is to look like; ses puts its own in place of it.
globalThis.stackTracer = Object.getOwnPropertyDescriptor(Error, "prepareStackTrace").set;
lockdown({
  consoleTaming: "unsafe",
  errorTrapping: "none",
  reporting: "none",
  unhandledRejectionTrapping: "none",
});
