import { BUCKET, joinSubject, type KindToken, leaveSubject, telemetrySubject } from "../subjects.js";
import type { Permissions } from "./claims.js";

/** Reading and writing artifacts. */
const ARTIFACTS: readonly string[] = [
  "$O.artifacts.>",
  ...["$JS.API.STREAM.NAMES", "$JS.API.STREAM.INFO.OBJ_artifacts", "$JS.API.STREAM.MSG.GET.OBJ_artifacts"],
  ...["$JS.API.CONSUMER.CREATE.OBJ_artifacts", "$JS.API.CONSUMER.DELETE.OBJ_artifacts.*", "$JS.FC.OBJ_artifacts.>"],
];

/** What the agent of one node may do: tell of itself, read what it is to run, and leave. */
export function agentPermissions(kind: KindToken, nodeId: string): Permissions {
  const telemetry = telemetrySubject(kind, nodeId);
  return {
    publish: [
      ...[telemetry, leaveSubject(kind, nodeId), "$JS.API.INFO"],
      // What this node is to run, and nothing of what others run: an assignment may carry secrets in its environment.
      ...watchOwn(BUCKET.assignments, nodeId),
      // Which stages of jobs it is to run, and what it tells of them: nothing of other nodes.
      ...["job-runs", "job-results"].flatMap((bucket) => watchOwn(bucket, nodeId)),
      ...[`$KV.job-results.${nodeId}.>`, `straightline.v1.joblogs.${nodeId}.>`],
      // Bundles, to read; and to write what stages make.
      ...ARTIFACTS,
    ],
    // Its own subject too: so it learns that another agent uses its id.
    subscribe: [telemetry, `_INBOX.agent-${nodeId}.>`, `_INBOX.leave-${nodeId}.>`],
  };
}

/** Watching the keys of a bucket that are the node's own. */
function watchOwn(bucket: string, nodeId: string): string[] {
  return [
    ...[`$JS.API.STREAM.INFO.KV_${bucket}`, `$JS.API.CONSUMER.CREATE.KV_${bucket}.*.$KV.${bucket}.${nodeId}.>`],
    ...[`$JS.API.CONSUMER.DELETE.KV_${bucket}.*`, `$JS.FC.KV_${bucket}.>`],
  ];
}

/** What whoever holds a token may do: ask once for credentials of an agent. */
export function tokenPermissions(kind: KindToken, tokenId: string): Permissions {
  return { publish: [joinSubject(kind, tokenId)], subscribe: [`_INBOX.join-${tokenId}.>`] };
}

/** Everything in the account: placement creates the streams, and new parts of the mesh need no new credentials for it. */
export const PLACEMENT_PERMISSIONS: Permissions = { publish: [">"], subscribe: [">"], mayRespond: true };

/** Whoever stores bundles and the sources of jobs, and fetches what jobs make. */
export const DEPLOYER_PERMISSIONS: Permissions = { publish: ["$JS.API.INFO", ...ARTIFACTS], subscribe: ["_INBOX.up.>"] };
