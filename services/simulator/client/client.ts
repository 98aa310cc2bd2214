import type { EventLoop } from "../clock/index.js";
import type { OfferedRequest } from "../workload/index.js";
import type { SimNode, Task, World } from "../world/index.js";
import { createDeadlines, type Deadlines } from "./deadlines.js";
import type { Outcome, Placement, PlacementEvents } from "./placement.js";
import { remoteBytes, workOf } from "./request-work.js";
import type { Application, Ending, SentRequest, SimRequest } from "./types.js";

/** Sends requests as the gateway does: place, send, report, at most one retry elsewhere, all before the application's timeout. */
export interface Client extends PlacementEvents {
  send(offered: OfferedRequest, application: Application): void;
  /** Whatever was on this node is lost. */
  onNodeLost(node: SimNode): void;
}

/** What a client works with. */
export interface ClientParts {
  readonly loop: EventLoop;
  readonly world: World;
  readonly placement: Placement;
  /** Called once for each request. */
  readonly onEnded: (request: SimRequest, ending: Ending) => void;
}

/** The gateway sends a request at most this many times. */
const MAX_ATTEMPTS = 2;

const ANYWHERE = { kinds: [], nodeLabels: {}, zones: [], excludedInstanceIds: [] } as const;

/** A client. */
export function createClient({ loop, world, placement, onEnded }: ClientParts): Client {
  const onNode = new Map<SimNode, Set<SentRequest>>(world.nodes.map((node) => [node, new Set()]));
  const { now, at } = loop;

  const end = (request: SimRequest, ending: Ending): void => {
    request.hasEnded = true;
    onEnded(request, ending);
  };
  /** The attempt is over for the client; only now does placement hear of it. */
  const close = (sent: SentRequest, outcome: Outcome["outcome"], serviceMs = 0, coldStartMs = 0): void => {
    sent.isOver = true;
    sent.request.sent = undefined;
    onNode.get(sent.instance.node)?.delete(sent);
    placement.report(sent.request, sent.placementId, sent.placed, {
      outcome,
      responseMs: now() - sent.sentMs,
      serviceMs,
      coldStartMs,
    });
  };
  const fail = (sent: SentRequest, outcome: "instance-error" | "throttled", mayRepeat: boolean): void => {
    if (sent.isOver) return;
    const { request, placed } = sent;
    close(sent, outcome);
    if (mayRepeat && request.attempts < MAX_ATTEMPTS) {
      const constraints = { ...ANYWHERE, excludedInstanceIds: [placed.instanceId] };
      request.view = { ...request.view, constraints };
      placement.place(request);
    } else {
      end(request, { type: "failed", why: "instance" });
    }
  };
  const answer = (sent: SentRequest, serviceMs: number, coldStartMs: number): void => {
    if (sent.isOver) return;
    close(sent, "ok", serviceMs, coldStartMs);
    const { request, instance } = sent;
    end(request, { type: "answered", responseMs: now() - request.arrivedMs, serviceMs, instance });
  };
  const expire = (request: SimRequest): void => {
    request.giveUp?.();
    const { sent } = request;
    if (sent !== undefined) {
      if (sent.transfer !== undefined) sent.instance.node.link.remove(sent.transfer);
      sent.instance.abandon(sent.task);
      close(sent, "timeout");
    }
    end(request, { type: "failed", why: "timeout" });
  };
  const deadlines = new Map<Application, Deadlines>();
  const deadlinesOf = (application: Application): Deadlines => {
    const known = deadlines.get(application) ?? createDeadlines(loop, expire);
    deadlines.set(application, known);
    return known;
  };
  const arrive = (sent: SentRequest): void => {
    sent.transfer = undefined;
    const { instance, task } = sent;
    if (instance.arrive(task)) return;
    // A refusal says that nothing was executed, so it may be repeated whatever the application.
    at(now() + instance.node.group.roundTripMs / 2, () => fail(sent, "throttled", true));
  };
  const transfer = (sent: SentRequest): void => {
    if (sent.isOver || sent.isLost) return;
    const bytes = remoteBytes(sent.request.offered, sent.instance.node);
    if (bytes > 0) sent.transfer = sent.instance.node.link.add(bytes, () => arrive(sent));
    else arrive(sent);
  };

  return {
    send(offered, application) {
      const { timeoutMs } = application.scenario;
      const request: SimRequest = {
        offered,
        application,
        arrivedMs: now(),
        endMs: now() + timeoutMs,
        askedMs: now(),
        view: viewOf(offered),
        attempts: 0,
        kind: undefined,
        hasEnded: false,
        sent: undefined,
        giveUp: undefined,
      };
      deadlinesOf(application).watch(request);
      placement.place(request);
    },
    onPlaced(request, placementId, placed) {
      const instance = world.instance(placed.instanceId);
      const { node } = instance;
      const halfTripMs = node.group.roundTripMs / 2;
      const onServed: Task["onServed"] = (serviceMs, coldMs) => at(now() + halfTripMs, () => answer(sent, serviceMs, coldMs));
      const task = { key: request.offered.key, workMs: workOf(request, instance), onServed };
      const sent: SentRequest = {
        request,
        placementId,
        placed,
        instance,
        task,
        sentMs: now(),
        transfer: undefined,
        isOver: false,
        isLost: false,
      };
      request.sent = sent;
      request.kind = placed.kind;
      request.attempts += 1;
      if (!node.isUp) {
        // Nothing was executed where no connection came about.
        at(now() + node.noticeMs, () => fail(sent, "instance-error", true));
        return;
      }
      onNode.get(node)?.add(sent);
      instance.expect(task);
      at(now() + halfTripMs, () => transfer(sent));
    },
    onRefused: (request) => end(request, { type: "failed", why: "refused" }),
    onNodeLost(node) {
      for (const sent of onNode.get(node) ?? []) {
        if (sent.transfer !== undefined) node.link.remove(sent.transfer);
        sent.isLost = true;
        const { idempotent } = sent.request.application.scenario;
        at(now() + node.noticeMs, () => fail(sent, "instance-error", idempotent));
      }
      onNode.get(node)?.clear();
    },
  };
}

function viewOf({ application, sizeBytes, home }: OfferedRequest): SimRequest["view"] {
  const view = { application, sizeBytes, constraints: ANYWHERE };
  return home === undefined ? view : { ...view, locality: { [home.id]: home.share } };
}
