/** Systems that there are prebuilt addons for: what npm and Node call them, and what compilers call them. */
import { BuildError } from "./run.mjs";

/**
 * `zig`: the target of Zig's C compiler, with the oldest glibc that the addon runs on; without it the addon is built on
 * such a machine by its own compiler.
 */
export const PLATFORMS = [
  {
    name: "linux-x64-gnu",
    os: "linux",
    cpu: "x64",
    libc: "glibc",
    rust: "x86_64-unknown-linux-gnu",
    zig: "x86_64-linux-gnu.2.28",
  },
  {
    name: "linux-arm64-gnu",
    os: "linux",
    cpu: "arm64",
    libc: "glibc",
    rust: "aarch64-unknown-linux-gnu",
    zig: "aarch64-linux-gnu.2.28",
  },
  {
    name: "linux-x64-musl",
    os: "linux",
    cpu: "x64",
    libc: "musl",
    rust: "x86_64-unknown-linux-musl",
    zig: "x86_64-linux-musl",
  },
  {
    name: "linux-arm64-musl",
    os: "linux",
    cpu: "arm64",
    libc: "musl",
    rust: "aarch64-unknown-linux-musl",
    zig: "aarch64-linux-musl",
  },
  { name: "darwin-x64", os: "darwin", cpu: "x64", rust: "x86_64-apple-darwin", apple: "x86_64" },
  { name: "darwin-arm64", os: "darwin", cpu: "arm64", rust: "aarch64-apple-darwin", apple: "arm64" },
];

export function platformNamed(name) {
  const platform = PLATFORMS.find((platform) => platform.name === name);
  if (platform !== undefined) return platform;
  throw new BuildError(`There is no platform ${name}, only ${PLATFORMS.map(({ name }) => name).join(", ")}.`);
}

/** The name of the package with a platform's addon. */
export function packageName({ name }) {
  return `@fvm-node/${name}`;
}

/** The platform that this process runs on. */
export function platformHere() {
  const { glibcVersionRuntime } = process.report.getReport().header;
  const libc = process.platform === "linux" ? (glibcVersionRuntime ? "glibc" : "musl") : undefined;
  const here = PLATFORMS.find(
    ({ os, cpu, ...rest }) => os === process.platform && cpu === process.arch && rest.libc === libc,
  );
  if (here !== undefined) return here;
  throw new BuildError(`There is no prebuilt addon for ${process.platform}-${process.arch}.`);
}
