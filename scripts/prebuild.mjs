/** Builds prebuilds/<platform>-<arch>/, the binary that goes into the published package. */
import { createRequire } from "node:module";
import { promisify } from "node:util";
import { localNodeHeaders } from "./lib/node-headers.mjs";
import { runScript } from "./lib/run.mjs";
import { ADDON_TOOLS, requireTools } from "./lib/tools.mjs";
import { ensureVendor } from "./vendor.mjs";

const prebuildify = promisify(createRequire(import.meta.url)("prebuildify"));

await runScript(async () => {
  requireTools(ADDON_TOOLS);
  process.env.FVM_VENDOR_DIR = await ensureVendor();
  const headers = localNodeHeaders();
  if (headers) process.env.npm_config_nodedir = headers;
  await prebuildify({ napi: true, targets: [{ runtime: "node", target: process.versions.node }] });
});
