import { writeFileSync } from "node:fs";
import { profileJson } from "../inspect/profile/json.js";
import { pprofFile } from "../inspect/profile/pprof.js";
import { GasProfiler } from "../inspect/profile/profiler.js";
import { type NamedProfile, speedscopeFile } from "../inspect/profile/speedscope.js";
import type { Dimension } from "../inspect/profile/spending.js";
import { profileText } from "../inspect/profile/text.js";
import type { Output } from "./command.js";
import { type RunValues, runInput, type Setting } from "./input/run.js";
import { checkOutputFile } from "./output-file.js";

/** Messages that have a flame graph of their own. */
const SHOWN_MESSAGES = 100;

interface GasValues extends RunValues {
  readonly by: Dimension | undefined;
  readonly addresses: boolean;
  readonly speedscope: string | undefined;
  readonly pprof: string | undefined;
  readonly json: boolean;
}

/** Profiles all messages. Answers the exit code; throws as `runInput`, `UsageError` if it cannot write a file. */
export async function runGas(
  { by, addresses, speedscope, pprof, json, ...values }: GasValues,
  vectors: readonly string[],
  output: Output,
): Promise<number> {
  if (speedscope !== undefined) checkOutputFile("--speedscope", speedscope, "gas");
  if (pprof !== undefined) checkOutputFile("--pprof", pprof, "gas");
  const profiler = new GasProfiler({ byAddress: addresses });
  const each: NamedProfile[] = [];
  let name = "";
  let index = 0;
  const watcher = {
    observer: profiler.observer,
    onBegin(setting: Setting) {
      name = setting.name;
      index = 0;
    },
    onResult() {
      if (speedscope !== undefined && each.length < SHOWN_MESSAGES) {
        each.push({ name: `${name}: message ${index}`, profile: profiler.lastMessage() });
      }
      index++;
    },
  };
  const status = await runInput(values, vectors, watcher, output, "gas");
  const profile = profiler.profile();
  if (profile.messages === 0) return status;
  if (json) output.answer(JSON.stringify(profileJson(profile), undefined, 2));
  else
    output.answer(
      profileText(profile, by === undefined ? {} : { by: [by], lines: Number.POSITIVE_INFINITY }),
    );
  if (speedscope !== undefined) {
    const all = { name: "all messages", profile };
    const profiles = profile.messages > 1 ? [all, ...each] : each;
    writeFileSync(speedscope, JSON.stringify(speedscopeFile(profiles, `gas of ${name}`)));
    output.note(`${speedscope}: ${profiles.length} profiles`);
  }
  if (pprof !== undefined) {
    writeFileSync(pprof, pprofFile(profile));
    output.note(`${pprof}: ${profile.messages} messages`);
  }
  return status;
}
