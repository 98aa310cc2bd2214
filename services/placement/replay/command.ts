import { Command, InvalidArgumentError } from "commander";
import { positive, size } from "../arguments.js";
import { POLICIES } from "../policies/index.js";
import { isUnchanged, replay } from "./replay.js";
import { reportText } from "./report.js";

interface Options {
  readonly policy?: string;
  readonly f?: number;
  readonly d?: number;
  readonly show: number;
  readonly json: boolean;
}

/** `straightline replay`; `done` is given the exit code: 1 when a decision comes out differently although nothing was changed, or a file is damaged. */
export function replayCommand(out: (text: string) => void, done: (exitCode: number) => void): Command {
  return new Command("straightline replay")
    .description("Makes recorded decisions again: bit for bit by the same policy, or by another to see what would change.")
    .argument("<files...>", "recordings, as placement writes them with --record")
    .option("--policy <name>", `another policy: ${POLICIES.names.join(", ")}`, policy)
    .option("--f <rate>", "another F of the policy straightline, requests per second", positive)
    .option("--d <size>", "another D of the policy straightline, for example 128KiB", size)
    .option("--show <count>", "differences to tell one by one", count, 10)
    .option("--json", "print one JSON object", false)
    .action(async (files: readonly string[], options: Options) => {
      const { f, d, show, json } = options;
      const parameters = { ...(f === undefined ? {} : { F: f }), ...(d === undefined ? {} : { D: d }) };
      const report = await replay(files, { policies: POLICIES, policy: options.policy, parameters, shown: show });
      out(json ? JSON.stringify(report) : reportText(report));
      const mustBeAlike = isUnchanged({ policy: options.policy, parameters });
      done(report.fault !== "" || (mustBeAlike && report.different > 0) ? 1 : 0);
    });
}

function policy(name: string): string {
  if (POLICIES.names.includes(name)) return name;
  throw new InvalidArgumentError(`known: ${POLICIES.names.join(", ")}.`);
}

function count(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0) return value;
  throw new InvalidArgumentError("must be a whole number of 0 or more.");
}
