import type { ChildProcess } from "node:child_process";
import { expect, test } from "vitest";
import { BenchError } from "../../bench/bench-error.js";
import { allowedCores } from "../../bench/compare/cores.js";
import { procStatus } from "../../bench/compare/proc.js";
import { runProcess } from "../../bench/compare/run-process.js";
import { runByTurns, type Start } from "../../bench/compare/turns.js";

/** A program that is ready at once, is busy for a number of milliseconds of its own time, and says so. */
const busy =
  (milliseconds: number): Start<string> =>
  async ({ onSpawn, onReady }) => {
    const program = `
      const spent = () => process.cpuUsage().user / 1000;
      console.error("ready");
      const end = spent() + ${milliseconds};
      while (spent() < end);
      console.log(${milliseconds});`;
    const { stdout } = await runProcess(process.execPath, ["-e", program], process.env, {
      onSpawn,
      onNote: onReady,
    });
    return stdout.trim();
  };

/** The same program; its process is told to others, too. */
const watched =
  (start: Start<string>, onSpawn: (child: ChildProcess) => void): Start<string> =>
  (events) =>
    start({
      ...events,
      onSpawn(child) {
        onSpawn(child);
        events.onSpawn(child);
      },
    });

const options = { turnMs: 30, core: undefined };

test("both come to their end, whoever takes longer", async () => {
  expect(await runByTurns(busy(300), busy(50), options)).toEqual(["300", "50"]);
  expect(await runByTurns(busy(50), busy(300), options)).toEqual(["50", "300"]);
  expect(await runByTurns(busy(1), busy(50), options)).toEqual(["1", "50"]);
});

test.skipIf(process.platform !== "linux")("one of them is stopped at any time", async () => {
  const pids: number[] = [];
  const note = ({ pid }: ChildProcess) => pids.push(pid as number);
  let [looks, stopped] = [0, 0];
  const watch = setInterval(() => {
    const states = pids.map(stateOf);
    if (states.length < 2 || states.includes("gone")) return;
    looks++;
    if (states.filter((state) => state === "T").length === 1) stopped++;
  }, 10);
  await runByTurns(watched(busy(400), note), watched(busy(400), note), options);
  clearInterval(watch);
  expect(looks).toBeGreaterThan(10);
  // A signal takes its time to arrive.
  expect(stopped / looks).toBeGreaterThan(0.5);
});

test.skipIf(allowedCores().length === 0)("both run on the core that is asked for", async () => {
  const core = allowedCores().at(-1) as number;
  const bound = new Set<string>();
  const watch = (child: ChildProcess) => {
    const looks = setInterval(() => {
      if (procStatus(`${child.pid}`, "Cpus_allowed_list") === `${core}`) bound.add(`${child.pid}`);
    }, 5);
    child.once("exit", () => clearInterval(looks));
  };
  await runByTurns(watched(busy(300), watch), watched(busy(300), watch), { ...options, core });
  expect(bound.size).toBe(2);
});

test("the second starts when the first is ready, and both go on when the second is", async () => {
  const told: string[] = [];
  const telling =
    (name: string, start: Start<string>): Start<string> =>
    (events) =>
      start({
        onSpawn(child) {
          told.push(`${name} starts`);
          events.onSpawn(child);
        },
        onReady() {
          told.push(`${name} is ready`);
          events.onReady();
        },
      });
  await runByTurns(telling("first", busy(100)), telling("second", busy(100)), options);
  expect(told).toEqual(["first starts", "first is ready", "second starts", "second is ready"]);
});

test("when one fails the other one is not left behind", async () => {
  const fails: Start<string> = async () => {
    throw new BenchError("it fails");
  };
  let pid = 0;
  const long = watched(busy(60_000), (child) => {
    pid = child.pid as number;
  });
  await expect(runByTurns(long, fails, options)).rejects.toThrow("it fails");
  for (let tries = 0; tries < 100 && !["gone", "Z"].includes(stateOf(pid)); tries++)
    await new Promise((resolve) => setTimeout(resolve, 20));
  expect(["gone", "Z"]).toContain(stateOf(pid));
});

/** As /proc has it: T = stopped, Z = ended. Where there is no /proc: gone. */
function stateOf(pid: number): string {
  return procStatus(`${pid}`, "State")?.[0] ?? "gone";
}
