import { headers, JSONCodec, NatsError } from "nats";
import type { BusConnection } from "./connection.js";
import { BUCKET } from "./subjects.js";

/** The stream behind the object store, and its subjects: one that says what an object is, one that its bytes follow each other on (NATS's ADR-20). */
export const OBJECT_STREAM = `OBJ_${BUCKET.artifacts}`;
export const META_SUBJECTS = `$O.${BUCKET.artifacts}.M.`;
export const CHUNK_SUBJECTS = `$O.${BUCKET.artifacts}.C.`;

/** What the object store says of an object; fields that are of no concern here are kept as they came. */
export interface ArtifactMeta {
  /** Its digest, for an artifact. */
  readonly name: string;
  /** Of its bytes. */
  readonly nuid: string;
  readonly size: number;
  /** SHA-256=<base64url of the bytes' digest> */
  readonly digest: string;
  readonly deleted?: boolean;
}

/** The same with the revision that a compare-and-set names. */
export interface ArtifactMetaEntry {
  readonly subject: string;
  readonly revision: number;
  readonly meta: ArtifactMeta;
}

const codec = JSONCodec<ArtifactMeta>();
const NOT_FOUND = "404";

/** Where the object store tells of an artifact. */
export function metaSubject(digest: string): string {
  return `${META_SUBJECTS}${Buffer.from(digest).toString("base64").replaceAll("+", "-").replaceAll("/", "_")}`;
}

/** What is told on the subject; undefined: nothing. */
export async function readMeta(bus: BusConnection, subject: string): Promise<ArtifactMetaEntry | undefined> {
  const { streams } = await bus.client.jetstreamManager({ checkAPI: false });
  try {
    const message = await streams.getMessage(OBJECT_STREAM, { last_by_subj: subject });
    return { subject, revision: message.seq, meta: codec.decode(message.data) };
  } catch (error) {
    if (error instanceof NatsError && error.code === NOT_FOUND) return undefined;
    throw error;
  }
}

/** Tells it anew in place of a revision; fails with NATS's "wrong last sequence" when that is no longer the newest. Resolves to the revision. */
export async function writeMeta(
  bus: BusConnection,
  { subject, revision }: ArtifactMetaEntry,
  meta: ArtifactMeta,
): Promise<number> {
  const rollup = headers();
  rollup.set("Nats-Rollup", "sub");
  const expect = { lastSubjectSequence: revision };
  return (await bus.client.jetstream().publish(subject, codec.encode(meta), { headers: rollup, expect })).seq;
}
