import { StraightLineError } from "../errors/index.js";
import {
  type ArtifactMetaEntry,
  CHUNK_SUBJECTS,
  META_SUBJECTS,
  metaSubject,
  OBJECT_STREAM,
  readMeta,
  writeMeta,
} from "./artifact-meta.js";
import { withBusErrors } from "./bus-call.js";
import type { BusConnection } from "./connection.js";

/**
 * What takes room in the object store: an artifact; the rest of one whose removal was broken off; bytes of an upload that was. `key` is unique, `revision`
 * changes whenever somebody stores it (again), or more of it.
 */
export interface StoredItem {
  readonly type: "artifact" | "removed" | "fragment";
  /** The digest of an artifact. */
  readonly key: string;
  readonly revision: number;
}

/** The object store as the one who clears it up sees it. */
export interface StoredArtifacts {
  list(): Promise<StoredItem[]>;
  /** Removes it; rejects with CONFLICT when it has been stored again since it was listed. May be broken off anywhere, and made again. */
  remove(item: StoredItem): Promise<void>;
}

/** The object store `artifacts`, which must be there. */
export function openStoredArtifacts(bus: BusConnection): StoredArtifacts {
  return { list: () => withBusErrors(() => list(bus)), remove: (item) => withBusErrors(() => remove(bus, item)) };
}

/** Bytes are read before what tells of them: an upload that ends meanwhile is then no fragment. */
async function list(bus: BusConnection): Promise<StoredItem[]> {
  const chunks = await subjects(bus, CHUNK_SUBJECTS);
  const items: StoredItem[] = [];
  const known = new Set<string>();
  for (const subject of (await subjects(bus, META_SUBJECTS)).keys()) {
    const entry = await readMeta(bus, subject);
    if (entry === undefined) continue;
    const { name, nuid, deleted } = entry.meta;
    known.add(nuid);
    items.push({ type: deleted ? "removed" : "artifact", key: name, revision: entry.revision });
  }
  const fragments = [...chunks].filter(([subject]) => !known.has(subject.slice(CHUNK_SUBJECTS.length)));
  return [...items, ...fragments.map(([key, revision]) => ({ type: "fragment" as const, key, revision }))];
}

/** The stream's subjects with this beginning, each with its number of messages. */
async function subjects(bus: BusConnection, prefix: string): Promise<Map<string, number>> {
  const { streams } = await bus.client.jetstreamManager({ checkAPI: false });
  const { state } = await streams.info(OBJECT_STREAM, { subjects_filter: `${prefix}>` });
  return new Map(Object.entries(state.subjects ?? {}));
}

async function remove(bus: BusConnection, { type, key, revision }: StoredItem): Promise<void> {
  if (type === "fragment") return purge(bus, key);
  const entry = await readMeta(bus, metaSubject(key));
  if (entry === undefined) return;
  if (entry.revision !== revision) throw new StraightLineError("CONFLICT", `artifact ${key} has been stored again`);
  // First it is told that it is gone: who stores it from now on stores its bytes anew, under another id.
  const mark = type === "artifact" ? await writeMeta(bus, entry, removed(entry)) : revision;
  await purge(bus, `${CHUNK_SUBJECTS}${entry.meta.nuid}`);
  // The mark itself, and nothing that came after it.
  await purge(bus, entry.subject, mark + 1);
}

function removed({ meta }: ArtifactMetaEntry) {
  return { ...meta, deleted: true, size: 0, chunks: 0, digest: "" };
}

async function purge(bus: BusConnection, filter: string, belowRevision?: number): Promise<void> {
  const { streams } = await bus.client.jetstreamManager({ checkAPI: false });
  await streams.purge(OBJECT_STREAM, { filter, ...(belowRevision === undefined ? {} : { seq: belowRevision }) });
}
