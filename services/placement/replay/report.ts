import { formatTable } from "../../common/table/index.js";
import type { Outcome } from "../record/index.js";
import { formatBytes } from "../scheduler/index.js";
import type { ReplayReport } from "./replay.js";

/** The report for people. */
export function reportText(report: ReplayReport): string {
  const { decisions, alike, different, missing, policy, parameters, fault } = report;
  if (decisions === 0 && fault !== "") return `error: ${fault}`;
  const by = policy === "" ? "the policies that made them" : `the policy ${policy}`;
  const lines = [
    `${decisions} decisions made again by ${by}: ${alike} alike, ${different} different`,
    `recorded by ${countsOf(report.recordedPolicies)}`,
    `predicted, mean: ${report.recordedMeanMs.toFixed(2)} ms as recorded, ${report.replayedMeanMs.toFixed(2)} ms now (of ${report.predicted} decisions)`,
  ];
  const unmoved = Object.keys(policy === "" ? report.recordedPolicies : { [policy]: decisions }).filter(
    (name) => name !== "straightline",
  );
  if (Object.keys(parameters).length > 0 && unmoved.length > 0)
    lines.push(`F and D have no part in ${unmoved.join(", ")}; to see what they would have done add --policy straightline`);
  if (missing > 0) lines.push(`${missing} decisions or reports are missing in the recording: there was no time to write them`);
  if (decisions > 0) lines.push("", movesTable(report));
  if (report.differences.length > 0) lines.push("", differencesText(report));
  if (fault !== "") lines.push("", `The reading ended early: ${fault}`);
  return lines.join("\n");
}

function countsOf(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([name, count]) => `${name} (${count})`);
  return parts.length === 0 ? "nobody: it holds no decision" : parts.join(", ");
}

function movesTable({ moves }: ReplayReport): string {
  const rows = moves.map(({ from, to, decisions, otherInstance }) => [from, to, String(decisions), String(otherInstance)]);
  return formatTable(["RECORDED", "NOW", "DECISIONS", "OTHER INSTANCE"], rows);
}

function differencesText({ differences, different }: ReplayReport): string {
  const rows = differences.map(({ file, line, application, sizeBytes, recorded, replayed }) => [
    `${file}:${line}`,
    application,
    formatBytes(sizeBytes),
    wordsOf(recorded),
    wordsOf(replayed),
  ]);
  const table = formatTable(["LINE", "APPLICATION", "BYTES", "RECORDED", "NOW"], rows);
  return `${table}${different > rows.length ? `\n... and ${different - rows.length} more` : ""}`;
}

function wordsOf(outcome: Outcome): string {
  return outcome.type === "placed"
    ? `${outcome.nodeId}/${outcome.instanceId}: ${outcome.reason}`
    : `refused (${outcome.reason}): ${outcome.message}`;
}
