import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createLogger, createMetrics, passThroughTracing } from "../../services/common/observe/index.js";
import { loadGatewayConfig, startGateway } from "../../services/gateway/index.js";
import { eventually } from "../support/eventually.js";
import { mustRun, type TestHost } from "./host.js";
import { PATIENCE } from "./scenario.js";
import type { Site } from "./site.js";

/** A gateway on this machine, with the mesh's certificate for agents' fronts. */
export interface FrontGateway extends AsyncDisposable {
  /** Has the application's instance answer, wherever it is; resolves to the answering process. */
  answeringPid(application: string): Promise<string>;
}

/** Starts one at the site's placement. */
export async function startFrontGateway(site: Site): Promise<FrontGateway> {
  const certs = join(site.directory, "certs");
  await site.cli("certs", "--directory", certs, "--name", "gateway");
  const files = ["ca.pem", "gateway.pem", "gateway.key"].map((name) => join(certs, name)) as [string, string, string];
  const args = [
    ...["--http-port", "0", "--grpc-port", "0", "--placement", `127.0.0.1:${site.placement.port}`],
    ...["--front-ca-file", files[0], "--front-cert-file", files[1], "--front-key-file", files[2]],
    // An emulated machine takes its time for a handshake.
    ...["--connect-timeout", "20s"],
  ];
  const gateway = await startGateway({
    config: loadGatewayConfig({ env: {}, args }),
    log: createLogger("gateway", "error"),
    tracing: passThroughTracing(),
    metrics: createMetrics(),
    now: () => performance.now(),
  });
  return {
    answeringPid(application) {
      const ask = async (): Promise<string | undefined> => {
        const response = await fetch(`http://127.0.0.1:${gateway.httpPort}/apps/${application}/pid`);
        const text = await response.text();
        return response.ok && /^\d+$/.test(text) ? text : undefined;
      };
      return eventually(ask, { what: `an answer of ${application} through the gateway`, ...PATIENCE });
    },
    async [Symbol.asyncDispose]() {
      for (const step of gateway.stopSteps) await step.run();
    },
  };
}

/** Makes a certificate for a node's front by hand and brings it there; resolves to what the one command is told of it. */
export async function frontOptions(site: Site, host: TestHost, nodeId: string, address: string): Promise<readonly string[]> {
  const certs = join(site.directory, "certs");
  await site.cli("certs", "--directory", certs, "--name", nodeId, "--host", address, "--server-only");
  for (const name of [`${nodeId}.pem`, `${nodeId}.key`, "ca.pem"]) {
    const content = (await readFile(join(certs, name))).toString("base64");
    await mustRun(host, `umask 077; echo ${content} | base64 -d >${name}`);
  }
  return ["--front-host", address, "--front-cert", `${nodeId}.pem`, "--front-key", `${nodeId}.key`, "--front-ca", "ca.pem"];
}
