/**
 * Sources and flags of the addon, for node-gyp and for prebuilt addons. As a program, prints a list of this module, a
 * word a line: binding.gyp asks.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "./run.mjs";

const folder = "native/addon";

export const lists = {
  sources: readdirSync(join(projectRoot, folder))
    .filter((name) => name.endsWith(".cc"))
    .map((name) => `${folder}/${name}`),
  // Nothing can be thrown in a worker that is being terminated; that is no reason to abort the process.
  defines: [
    "NAPI_VERSION=9",
    "NODE_ADDON_API_DISABLE_CPP_EXCEPTIONS",
    "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS",
  ],
  cxxflags: ["-std=c++20", "-fno-exceptions", "-fno-rtti"],
  cflags: ["-fvisibility=hidden", "-ffunction-sections", "-fdata-sections", "-Wall", "-Wextra"],
};

if (import.meta.filename === process.argv[1]) console.log(lists[process.argv[2]].join("\n"));
