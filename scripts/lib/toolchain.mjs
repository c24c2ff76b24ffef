/** Compilers of a prebuilt addon: Zig's, which has the C libraries of other systems; on macOS the machine's own. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { BuildError } from "./run.mjs";

const ZIG = "0.17.1";

/** Exports nothing but what Node asks for: the libraries within have C functions that Node has, too. */
const VERSIONS = "{ global: napi_register_module_v1; node_api_module_get_api_version_v1; local: *; };\n";

/**
 * Programs that compile for a platform, and the linker's flags.
 *
 * @param work folder for what they need
 * @param paths folders whose names stay out of what they make, and what stands there instead
 */
export function toolchainFor(platform, work, paths) {
  mkdirSync(work, { recursive: true });
  const maps = Object.entries(paths).map(([path, name]) => `-ffile-prefix-map=${path}=${name}`);
  return platform.zig === undefined ? appleToolchain(platform, maps) : zigToolchain(platform, work, maps);
}

function zigToolchain({ zig: target }, work, maps) {
  const zig = zigCommand();
  // Crates name the target as Rust does, and a processor by what Zig takes for its name. mimalloc notes the time, which is
  // that of SOURCE_DATE_EPOCH.
  const compiler = (name) =>
    script(
      join(work, name),
      `for word do
  shift
  case $word in
    --target=*) ;;
    -march=armv8-a+crypto) set -- "$@" -mcpu=generic+crypto ;;
    *) set -- "$@" "$word" ;;
  esac
done
exec ${zig} ${name} -target ${target} -Wno-date-time ${maps.map(quoted).join(" ")} "$@"`,
    );
  const versions = join(work, "exports.map");
  writeFileSync(versions, VERSIONS);
  return {
    id: `zig ${ZIG} ${target}`,
    cc: compiler("cc"),
    cxx: compiler("c++"),
    ar: script(join(work, "ar"), `exec ${zig} ar "$@"`),
    link: [
      ...["-shared", "-s", "-lpthread", "-ldl", "-lm"],
      ...["--gc-sections", "-z,noexecstack", "-z,nodelete", `--version-script=${versions}`].map(
        (flag) => `-Wl,${flag}`,
      ),
    ],
  };
}

function appleToolchain({ apple: cpu }, maps) {
  const flags = ["-arch", cpu, "-mmacosx-version-min=12.0", ...maps];
  return {
    id: execFileSync("clang", ["--version"], { encoding: "utf8" }),
    cc: "clang",
    cxx: "clang++",
    ar: "ar",
    flags,
    link: [...flags, "-bundle", "-undefined", "dynamic_lookup", "-Wl,-dead_strip", "-Wl,-x"],
  };
}

/** The words that start Zig: a program of its own, or the one of the Python package `ziglang`. */
function zigCommand() {
  const found = [process.env.ZIG, "zig", "python3 -m ziglang"].find(
    (command) => command && versionOf(command) === ZIG,
  );
  if (found !== undefined) return found;
  throw new BuildError(`Prebuilt addons need Zig ${ZIG} (pip install ziglang==${ZIG}); ZIG may name it.`);
}

function versionOf(command) {
  const [program, ...words] = command.split(" ");
  try {
    return execFileSync(program, [...words, "version"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return undefined;
  }
}

function script(path, text) {
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
}

function quoted(word) {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Folders of this machine that compilers would write into what they make, and what they write instead. */
export function hiddenPaths(target) {
  return {
    [target]: "/target",
    [process.env.CARGO_HOME ?? join(homedir(), ".cargo")]: "/cargo",
  };
}
