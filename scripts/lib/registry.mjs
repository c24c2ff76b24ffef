/** A registry of packed packages on this machine, for installing them as others will, without a network. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { basename, join } from "node:path";
import { projectRoot } from "./run.mjs";

/**
 * Serves these packages, and those of `node_modules` that they depend on; others are not found.
 *
 * @param folder for the dependencies, packed
 */
export async function serveRegistry(tarballs, folder) {
  const files = new Map([...tarballs, ...packDependencies(folder)].map((path) => [basename(path), path]));
  const manifests = [...files].map(([file, path]) => ({ file, path, manifest: manifestOf(path) }));
  const server = createServer(({ url }, response) => {
    const path = decodeURIComponent(url.slice(1));
    const file = files.get(path.slice("-/".length));
    const answer = path.startsWith("-/")
      ? file && readFileSync(file)
      : packument(path, manifests, address(server));
    response.writeHead(answer === undefined ? 404 : 200).end(answer ?? "{}");
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return { url: address(server), close: () => server.close() };
}

function address(server) {
  return `http://127.0.0.1:${server.address().port}/`;
}

function packDependencies(folder) {
  mkdirSync(folder, { recursive: true });
  const { packages } = JSON.parse(readFileSync(join(projectRoot, "node_modules/.package-lock.json"), "utf8"));
  const paths = Object.keys(packages).filter(
    (path) => path.startsWith("node_modules/") && !packages[path].dev && !packages[path].link,
  );
  const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const answer = execFileSync("npm", [...args, ...paths.map((path) => `./${path}`)], {
    cwd: projectRoot,
    encoding: "utf8",
  });
  return JSON.parse(answer).map(({ filename }) => join(folder, filename));
}

function manifestOf(path) {
  return JSON.parse(execFileSync("tar", ["-xzOf", path, "package/package.json"], { encoding: "utf8" }));
}

function packument(name, manifests, url) {
  const found = manifests.filter(({ manifest }) => manifest.name === name);
  if (found.length === 0) return undefined;
  const versions = found.map(({ file, path, manifest }) => {
    const integrity = `sha512-${createHash("sha512").update(readFileSync(path)).digest("base64")}`;
    return [manifest.version, { ...manifest, dist: { tarball: `${url}-/${file}`, integrity } }];
  });
  return JSON.stringify({
    name,
    "dist-tags": { latest: versions.at(-1)[0] },
    versions: Object.fromEntries(versions),
  });
}
