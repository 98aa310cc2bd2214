import { RECORDING_FORMAT, type RecordingLine } from "./format.js";

type Fields = Readonly<Record<string, unknown>>;
/** A fault of a field, or nothing. */
type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string";
const isNumber: Check = (value) => typeof value === "number";
const isObject: Check = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isList: Check = (value) => Array.isArray(value);
const isCandidateList: Check = (value) =>
  Array.isArray(value) && value.every((one: Fields) => isObject(one) && isObject(one["node"]) && isObject(one["instance"]));

function isInput(value: unknown): boolean {
  const { nowMs, seed, request, frequency } = (value ?? {}) as Fields;
  const asked = (request ?? {}) as Fields;
  return (
    [nowMs, seed, asked["sizeBytes"], (frequency as Fields | undefined)?.["perSecond"]].every(isNumber) &&
    isText(asked["application"]) &&
    isObject(asked["constraints"])
  );
}

function isOutcome(value: unknown): boolean {
  const { type, nodeId, instanceId, reason, predicted, kind, message } = (value ?? {}) as Fields;
  if (type === "placed") return [nodeId, instanceId, reason].every(isText) && isObject(predicted);
  return type === "refused" && [reason, kind, message].every(isText);
}

/** What each type of line must hold for a reader to go on. */
const FIELDS: Readonly<Record<RecordingLine["type"], Readonly<Record<string, Check>>>> = {
  recording: { format: isNumber, startedAtMs: isNumber },
  fleet: { application: isText, candidates: isCandidateList },
  change: { application: isText, candidates: isObject },
  setting: { application: isText, implementations: isList, parameters: isObject },
  decision: { use: isText, placementId: isText, policy: isText, input: isInput, outcome: isOutcome },
  report: { placementId: isText, outcome: isText, responseMs: isNumber },
  dropped: { count: isNumber },
};

/** A line, or what is wrong with it. */
export function checkLine(text: string): RecordingLine | string {
  const value = parse(text);
  if (value === undefined || !isObject(value)) return "is no JSON object; the file is damaged, or ends in the middle of a line";
  const line = value as Fields;
  const fields = Object.hasOwn(FIELDS, String(line["type"])) ? FIELDS[line["type"] as RecordingLine["type"]] : undefined;
  if (fields === undefined) return `is of an unknown type ${JSON.stringify(line["type"])}`;
  const wrong = Object.keys(fields).find((name) => fields[name]?.(line[name]) === false);
  return wrong === undefined ? (value as RecordingLine) : `has no usable field ${JSON.stringify(wrong)}; the file is damaged`;
}

/** Why a first line is none of a recording that this version reads; undefined: it is one. */
export function headerFault(line: RecordingLine | string): string | undefined {
  if (typeof line === "string" || line.type !== "recording") {
    return 'is not the beginning of a recording; it should be {"type":"recording",...}';
  }
  if (line.format === RECORDING_FORMAT) return undefined;
  return `is of format ${line.format}; this version reads format ${RECORDING_FORMAT} alone; use the version that recorded it`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
