import type { Application } from "../../proto/gen/straightline/v1/Application.js";
import type { ApplicationStatus__Output } from "../../proto/gen/straightline/v1/ApplicationStatus.js";
import type { DeploymentServiceClient } from "../../proto/gen/straightline/v1/DeploymentService.js";
import type { NodeKind } from "../../proto/gen/straightline/v1/NodeKind.js";
import { StraightLineError } from "../../services/common/errors/index.js";
import { CHANNEL_OPTIONS, callUnary, channelCredentials } from "../../services/common/rpc/index.js";
import { straightlineServices } from "../../services/common/wire/index.js";
import { eventually } from "../support/eventually.js";

/** Asks whatever replica answers, and repeats what was not answered: every call may be made twice without harm. */
export interface Operator extends Disposable {
  deploy(application: Application): Promise<void>;
  scale(name: string, kind: NodeKind, replicas: number): Promise<void>;
  rollback(name: string, generation: number): Promise<void>;
  undeploy(name: string): Promise<void>;
  /** What each replica tells of all applications. */
  lists(): Promise<ApplicationStatus__Output[][]>;
}

/** A replica that has just been started again is found at once. */
const QUICK_TO_RETURN = { ...CHANNEL_OPTIONS, "grpc.max_reconnect_backoff_ms": 100 };
const CALL_TIMEOUT_MS = 2000;

/** An operator at these addresses. */
export function createOperator(addresses: readonly string[]): Operator {
  const { DeploymentService } = straightlineServices();
  const credentials = channelCredentials({ caFile: "", certFile: "", keyFile: "" });
  const clients = addresses.map((address) => new DeploymentService(address, credentials, QUICK_TO_RETURN));
  let turn = 0;
  const insist = async (what: string, act: (client: DeploymentServiceClient) => Promise<unknown>): Promise<void> => {
    await eventually(
      async () => {
        turn += 1;
        const client = clients[turn % clients.length] as DeploymentServiceClient;
        return act(client).then(
          () => true,
          (error) => failForGood(error),
        );
      },
      { what, pollMs: 50 },
    );
  };
  const options = { timeoutMs: CALL_TIMEOUT_MS };
  const list = async (client: DeploymentServiceClient): Promise<ApplicationStatus__Output[]> =>
    (await callUnary(client.List.bind(client), {}, options)).applications;
  return {
    deploy: (application) => insist("Deploy", (client) => callUnary(client.Deploy.bind(client), { application }, options)),
    scale: (name, kind, replicas) =>
      insist("Scale", (client) => callUnary(client.Scale.bind(client), { name, kind, replicas }, options)),
    rollback: (name, generation) =>
      insist("Rollback", async (client) => {
        const { status } = await callUnary(client.Get.bind(client), { name }, options);
        if (status?.generation !== generation) await callUnary(client.Rollback.bind(client), { name, generation }, options);
      }),
    undeploy: (name) =>
      insist("Undeploy", async (client) => {
        const known = (await list(client)).some(({ spec }) => spec?.name === name);
        if (known) await callUnary(client.Undeploy.bind(client), { name }, options);
      }),
    lists: () => Promise.all(clients.map(list)),
    [Symbol.dispose]() {
      for (const client of clients) client.close();
    },
  };
}

const PASSING = new Set(["PLACEMENT_UNAVAILABLE", "BUS_UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED", "CONFLICT", "DRAINING"]);

/** False where another try may help. */
function failForGood(error: unknown): false {
  const { code } = StraightLineError.from(error);
  // A replica that has just come back may not have heard of an application yet.
  if (PASSING.has(code) || code === "UNKNOWN_APPLICATION") return false;
  throw error;
}
