import { normalQuantile, quantile } from "../draws/index.js";
import type { Form, NodeGroup } from "../scenario/index.js";
import type { OfferedRequest } from "../workload/index.js";
import type { SimInstance, SimNode } from "../world/index.js";
import type { SimRequest } from "./types.js";

/** Service time of a request at an instance, on an idle node of speed 1. */
export function workOf({ offered }: SimRequest, { settings: { form } }: SimInstance): number {
  return serviceMs(offered, form);
}

/**
 * service = (draw + perByte * bytes + perUnit * units) * spread. The draws are the request's own: what is heavy on one instance is heavy on
 * every one, as the work lies in its data, and nobody gains by trying many instances.
 */
export function serviceMs({ serviceDraw, spreadDraw, sizeBytes, units }: OfferedRequest, form: Form): number {
  const base = quantile(form.serviceMs, serviceDraw);
  const plain = base + form.perByteMs * sizeBytes + form.perUnitMs * units;
  if (form.spread === 0) return plain;
  return plain * Math.exp(form.spread * normalQuantile(spreadDraw) - form.spread ** 2 / 2);
}

/** Bytes that must travel to a node: all but those that lie on it or in its zone. */
export function remoteBytes(offered: OfferedRequest, { name, group }: Pick<SimNode, "name" | "group">): number {
  const isHome = offered.home !== undefined && (offered.home.id === name || isZone(group, offered.home.id));
  return offered.sizeBytes * (1 - (isHome ? (offered.home?.share ?? 0) : 0));
}

function isZone({ zone }: NodeGroup, id: string): boolean {
  return zone !== "" && zone === id;
}
