/** Facts of this machine that matter to the package. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { getHeapStatistics } from "node:v8";
import { bundleRemedy } from "../../chain/networks/manifests.js";
import { isFvmError } from "../../errors.js";
import { type KeptMemory, memoryUsage, usableBytes } from "../../memory/kept-memory.js";
import { addonFile, native } from "../../native/index.js";
import { platformName } from "../../native/platform.js";
import { packageVersion } from "../../node/start/version.js";
import { bundleFolders, bundlePath } from "../../tools/bundles/folders.js";
import { codeFolder, NO_HOME } from "../../util/cache-folder.js";
import { CodeCache } from "../../vm/machine/code-cache.js";
import { NEWEST_VERSION, networkVersion, OLDEST_VERSION } from "../../vm/network/version.js";
import { processorFeatures } from "./processor.js";

/** Bytes, if nothing else is said. */
export interface Examination {
  readonly versions: Readonly<Record<"fvm-node" | "node" | "v8" | "wasmtime" | "node-api", string>>;
  readonly machine: {
    readonly platform: string;
    readonly processor: string;
    readonly cores: number;
    readonly memory: number;
    /** Features that the addon has a use for, and whether it uses them; undefined where the system does not tell. */
    readonly features: Readonly<Record<string, boolean>> | undefined;
  };
  readonly addon: { readonly file: string; readonly bytes: number };
  readonly code: { readonly folder?: string; readonly files: number; readonly bytes: number };
  readonly bundles: {
    readonly folders: readonly string[];
    /** Bundles of mainnet. */
    readonly versions: readonly FoundBundle[];
  };
  /** Optional packages by name; undefined: not installed. */
  readonly packages: Readonly<Record<string, string | undefined>>;
  readonly memory: {
    readonly kept: readonly Omit<KeptMemory, "why">[];
    readonly maxBytes: number;
    readonly heap: { readonly used: number; readonly limit: number };
    readonly native: Readonly<Record<string, number>>;
  };
  readonly missing: readonly Missing[];
}

/** A bundle of builtin actors. */
export interface FoundBundle {
  readonly actors: number;
  readonly networks: readonly number[];
  readonly file: string | undefined;
}

export interface Missing {
  readonly what: string;
  readonly neededFor: string;
  readonly remedy: string;
}

/** Optional packages, and what needs them. */
const OPTIONAL: Readonly<Record<string, string>> = {
  "prom-client": "metrics for Prometheus",
  "@opentelemetry/api": "spans for OpenTelemetry",
  bullmq: "chains that several machines validate",
  ioredis: "chains that several machines validate",
  aws4fetch: "blocks in S3",
  "age-encryption": "files that are sealed to an epoch",
};

const require = createRequire(import.meta.url);

export function examination(): Examination {
  const folders = foundFolders();
  const versions = folders === undefined ? [] : foundBundles(folders);
  const packages = Object.fromEntries(Object.keys(OPTIONAL).map((name) => [name, installedVersion(name)]));
  const code = foundCode();
  const { kept, maxBytes } = memoryUsage();
  const heap = getHeapStatistics();
  return {
    versions: {
      "fvm-node": packageVersion(),
      node: process.versions.node,
      v8: process.versions.v8,
      wasmtime: native.versions.wasmtime,
      "node-api": String(native.versions.napi),
    },
    machine: {
      platform: platformName(),
      processor: cpus()[0]?.model ?? "unknown",
      cores: availableParallelism(),
      memory: usableBytes(),
      features: processorFeatures(),
    },
    addon: { file: addonFile, bytes: statSync(addonFile).size },
    code: code.found,
    bundles: { folders: folders ?? [], versions },
    packages,
    memory: {
      kept: kept.map(({ why: _, ...facts }) => facts),
      maxBytes,
      heap: { used: heap.used_heap_size, limit: heap.heap_size_limit },
      native: native.liveObjects(),
    },
    missing: [...code.missing, ...missingBundles(folders, versions), ...missingPackages(packages)],
  };
}

function foundCode(): { found: Examination["code"]; missing: Missing[] } {
  const folder = codeFolder();
  const without = (remedy: string) => ({
    found: { ...(folder && { folder }), files: 0, bytes: 0 },
    missing: [{ what: "a folder for compiled code", neededFor: "short starts", remedy }],
  });
  if (folder === undefined) return without(NO_HOME);
  try {
    const files = new CodeCache(folder).list();
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    return { found: { folder, files: files.length, bytes }, missing: [] };
  } catch (error) {
    return without(error instanceof Error ? error.message : String(error));
  }
}

/** Undefined if there is nowhere to look. */
function foundFolders(): readonly string[] | undefined {
  try {
    return bundleFolders();
  } catch (error) {
    if (isFvmError(error, "NO_CACHE_FOLDER")) return undefined;
    throw error;
  }
}

function foundBundles(folders: readonly string[]): FoundBundle[] {
  const networks = Array.from({ length: NEWEST_VERSION - OLDEST_VERSION + 1 }, (_, i) => OLDEST_VERSION + i);
  const actors = new Set(networks.map((version) => networkVersion(version).actorsVersion));
  return Array.from(actors, (version) => ({
    actors: version,
    networks: networks.filter((network) => networkVersion(network).actorsVersion === version),
    file: folders
      .map((folder) => bundlePath(folder, { version, network: "mainnet" }))
      .find((path) => existsSync(path)),
  }));
}

function missingBundles(folders: readonly string[] | undefined, versions: readonly FoundBundle[]): Missing[] {
  const neededFor = "real actors: fvm node, fvm devnet, test vectors";
  if (folders === undefined) return [{ what: "a folder for bundles", neededFor, remedy: NO_HOME }];
  return versions
    .filter(({ file }) => file === undefined)
    .map(({ actors, networks }) => ({
      what: `builtin actors v${actors} (nv${networks.join(", nv")})`,
      neededFor,
      remedy: bundleRemedy(actors, "mainnet"),
    }));
}

function missingPackages(packages: Examination["packages"]): Missing[] {
  return Object.entries(OPTIONAL)
    .filter(([name]) => packages[name] === undefined)
    .map(([name, neededFor]) => ({ what: name, neededFor, remedy: `npm install ${name}` }));
}

/** From its manifest, which not every package exports. */
function installedVersion(name: string): string | undefined {
  const found = (require.resolve.paths(name) ?? [])
    .map((folder) => join(folder, name, "package.json"))
    .find((path) => existsSync(path));
  return found === undefined ? undefined : JSON.parse(readFileSync(found, "utf8")).version;
}
