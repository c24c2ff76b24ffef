import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // They run clients that `npm ci` does not install.
    exclude: [...configDefaults.exclude, "test/clients/**"],
    // One process per file: the addon's caches and counters start fresh.
    pool: "forks",
    maxWorkers: 2,
    globalSetup: ["test/support/global-setup.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Leak tests collect garbage.
    execArgv: ["--expose-gc"],
  },
});
