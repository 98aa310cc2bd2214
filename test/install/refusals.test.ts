import assert from "node:assert/strict";
import { createServer } from "node:net";
import { after, before, test } from "node:test";
import { freePorts } from "../../services/common/ports/index.js";
import { startContainerHost } from "./container-host.js";
import { fakeSystemd } from "./fake-systemd.js";
import { frontOptions } from "./front.js";
import { type Grounds, startGrounds } from "./grounds.js";
import { mustRun, type TestHost } from "./host.js";
import { install, installUnpacked, leftovers, unpack } from "./scenario.js";
import type { Site } from "./site.js";

/** What is wrong with an installation, and what is said about it. */
interface Refusal {
  readonly what: string;
  readonly options: (site: Site, host: TestHost) => Promise<readonly string[]>;
  readonly says: RegExp;
}

let grounds: Grounds;
let site: Site;
let host: TestHost;

before(async () => {
  grounds = await startGrounds(1);
  site = grounds.site;
  host = await startContainerHost(grounds);
  await unpack(site, host);
});
after(async () => {
  await host?.[Symbol.asyncDispose]();
  await grounds?.[Symbol.asyncDispose]();
});

const vm = (...more: string[]): string[] => ["--kind", "vm", "--node-id", "refused", ...more];
/** Uses a token up, for another node. */
async function spend(token: string, nodeId: string): Promise<void> {
  await site.join(token, nodeId, `tls://127.0.0.1:${site.natsPort}`);
}

const REFUSALS: readonly Refusal[] = [
  {
    what: "a front for which the token brings no certificate",
    options: async () => vm("--join", await site.token("vm"), "--front-host", "node-1.example"),
    says: /--front-host: the join token brings no certificate for a front; make one by/,
  },
  {
    what: "a front under a name that the token's certificate is not good for",
    options: async () => vm("--join", await site.frontToken("node-1.example"), "--front-host", "node-2.example"),
    says: /the front's certificate is good for DNS:node-1\.example, not for "node-2\.example"/,
  },
  {
    what: "a front under a name that the certificate beside it is not good for",
    options: async () => {
      const [, , ...files] = await frontOptions(site, host, "node-3", "node-3.example");
      return vm("--join", await site.token("vm"), "--front-host", "node-4.example", ...files);
    },
    says: /the front's certificate is good for DNS:node-3\.example, not for "node-4\.example"/,
  },
  {
    what: "a front with a certificate but no key",
    options: async () => vm("--join", await site.token("vm"), "--front-host", "n", "--front-cert", "/etc/hostname"),
    says: /--front-cert, --front-key and --front-ca go together; "" cannot be read/,
  },
  {
    what: "a front without a token or a certificate",
    options: async () => vm("--nats", `tls://127.0.0.1:${site.natsPort}`, "--front-host", "node-1.example"),
    says: /--front-host node-1\.example: needs a token made by straightline token create --front-host/,
  },
  {
    what: "a token that is none",
    options: async () => vm("--join", "slj1.abc"),
    says: /the join token is no token; copy the whole line/,
  },
  {
    what: "a token of another mesh",
    options: async () => vm("--join", await site.foreignToken("vm")),
    says: /NATS refuses the join token: it is of another mesh/,
  },
  {
    what: "a token for another kind",
    options: async () => vm("--join", await site.token("container")),
    says: /the join token is for a container agent; got vm/,
  },
  {
    what: "a used token",
    options: async () => {
      const token = await site.token("vm");
      await spend(token, "earlier");
      return vm("--join", token);
    },
    says: /the join token was used at .* by node earlier/,
  },
  {
    what: "an expired token",
    options: async () => {
      const token = await site.token("vm", "1s");
      await new Promise((resolve) => setTimeout(resolve, 1500));
      return vm("--join", token);
    },
    says: /the join token has expired at .*; make a new one/,
  },
  {
    what: "a node id that is taken",
    options: async () => {
      await spend(await site.token("vm"), "taken");
      return ["--kind", "vm", "--node-id", "taken", "--join", await site.token("vm")];
    },
    says: /node id taken is taken since .*; choose another --node-id/,
  },
  {
    what: "a NATS that does not answer",
    options: async () =>
      vm("--nats", `tls://127.0.0.1:${(await freePorts("127.0.0.1", 1))[0]}`, "--join", await site.token("vm")),
    says: /NATS at tls:\/\/127\.0\.0\.1:\d+ does not answer/,
  },
  {
    what: "no token for a NATS on another machine",
    options: async () => vm("--nats", "nats://nats.example:4222"),
    says: /--join: is needed for a NATS on another machine/,
  },
  {
    what: "a socket of the container engine that only root may use",
    options: async () => {
      const script =
        "use Socket; socket(S, PF_UNIX, SOCK_STREAM, 0); bind(S, sockaddr_un('/root/engine.sock')); chmod 0600, '/root/engine.sock'";
      await mustRun(host, `rm -f /root/engine.sock; perl -e "${script}"`);
      return [
        "--kind",
        "container",
        "--node-id",
        "refused",
        "--docker-socket",
        "/root/engine.sock",
        "--join",
        await site.token("container"),
      ];
    },
    says: /\/root\/engine\.sock: no permission for an agent that is not root/,
  },
  {
    what: "no container engine at all",
    options: async () => ["--kind", "container", "--join", await site.token("container")],
    says: /\/var\/run\/docker\.sock: no socket of a container engine/,
  },
  {
    what: "a Node that is too old",
    options: async () => {
      await mustRun(host, "printf '#!/bin/sh\\necho v18.20.4\\n' >/root/old-node && chmod +x /root/old-node");
      return vm("--node", "/root/old-node", "--join", await site.token("vm"));
    },
    says: /\/root\/old-node is Node v18\.20\.4; 20\.19\.0 or newer is needed/,
  },
  {
    what: "an archive that has been changed",
    options: async () => vm("--sha256", "0".repeat(64), "--join", await site.token("vm")),
    says: /the archive is damaged or another one: its sha256 is [0-9a-f]{64}/,
  },
  {
    what: "an archive by plain http from another machine, without its digest",
    options: async () => vm("--from", "http://files.example/a.tgz", "--join", await site.token("vm")),
    says: /can change an archive by plain http .* by --sha256, or use https and curl/,
  },
  {
    what: "such an archive where the URL only looks like this machine",
    options: async () => vm("--from", "http://127.0.0.1:80@files.example/a.tgz", "--join", await site.token("vm")),
    says: /can change an archive by plain http/,
  },
  {
    what: "a kind that is none",
    options: async () => ["--kind", "metal"],
    says: /--kind: must be vm, container or serverless; got "metal"/,
  },
];

for (const { what, options, says } of REFUSALS) {
  test(`refused, with nothing left: ${what}`, async () => {
    const given = await options(site, host);
    const { code, output } = await (given.includes("--sha256") ? install : installUnpacked)(site, host, given);
    assert.notEqual(code, 0, output);
    assert.match(output, says);
    assert.equal(await leftovers(host), "");
  });
}

test("taken back, with nothing left, and the id is free: an installation that fails after it has joined", async () => {
  const token = await site.token("vm");
  await mustRun(host, "touch /var/lib/straightline");
  const { code, output } = await installUnpacked(site, host, ["--kind", "vm", "--node-id", "late", "--join", token]);
  await mustRun(host, "rm /var/lib/straightline");
  assert.notEqual(code, 0, output);
  assert.match(output, /mkdir: cannot create directory '\/var\/lib\/straightline'[\s\S]*taking back what was installed/);
  assert.equal(await leftovers(host), "");
  await spend(await site.token("vm"), "late");
});

test("taken back, with nothing left: an installation whose terminal is lost", async () => {
  const token = await site.token("vm");
  const options = `agent --kind vm --node-id lost --nats tls://${host.gateway}:${site.natsPort} --join ${token}`;
  const { output } = await host.run(
    `exec 2>&1; TMPDIR=$PWD/temporary; mkdir temporary; export TMPDIR; sh unpacked/install.sh ${options} & installing=$!
     for i in $(seq 600); do [ -e /opt/straightline/current ] && break; sleep 0.1; done
     [ -e /opt/straightline/current ] && kill -HUP $installing; wait $installing; echo "exit $?"; ls temporary`,
  );
  assert.match(output, /taking back what was installed[\s\S]*exit 1\n$/);
  assert.equal(await leftovers(host), "");
  await spend(await site.token("vm"), "lost");
});

test("a dry run says what it would do, and does nothing", async () => {
  const { code, output } = await install(site, host, vm("--dry-run", "--join", await site.token("vm")));
  assert.equal(code, 0, output);
  for (const line of [
    /would fetch, verify and unpack/,
    /would reach NATS and exchange the token/,
    /would run: useradd .* straightline-vm/,
    /vm agent refused would be ready/,
  ]) {
    assert.match(output, line);
  }
  assert.equal(await leftovers(host), "");
});

test("services are not removed in part", async () => {
  const { code, output } = await host.run("sh unpacked/services.sh uninstall --only gateway");
  assert.notEqual(code, 0, output);
  assert.match(output, /uninstall takes no arguments, it removes all services; got --only gateway/);
});

test("services are refused where systemd does not run", async () => {
  const { code, output } = await host.run("sh unpacked/services.sh install --mesh mesh");
  assert.notEqual(code, 0, output);
  assert.match(output, /systemd does not run here; deploy\/compose runs the services in containers/);
  assert.equal(await leftovers(host), "");
});

test("services come back as they were, and nothing of new ones stays, when one of a newer version does not come up", async () => {
  await using _systemd = await fakeSystemd(host);
  const certs = "straightline certs --directory mesh/certs";
  const names = ["nats", "placement"].map((name) => `&& ${certs} --name ${name} --host localhost`);
  const makeMesh = `PATH=$PATH:$PWD/unpacked/bin; straightline keys --directory mesh/keys && ${certs} ${names.join(" ")}`;
  await mustRun(host, makeMesh);
  const units = "newer/package/deploy/systemd";
  const breakPlacement = `sed -i 's|^ExecStart=.*|ExecStart=/bin/false|' ${units}/straightline-placement.service`;
  await mustRun(host, `cp -R unpacked newer && ${breakPlacement} && echo '# newer' >>${units}/straightline-nats.service`);
  const failToInstall = async (only: string, folder = "newer"): Promise<string> => {
    const { code, output } = await host.run(`sh ${folder}/services.sh install --mesh mesh --only ${only} --timeout 15 2>&1`);
    assert.equal(code, 1, output);
    assert.match(output, /error: placement does not answer after 15 s/);
    return output.trim();
  };
  const interrupt = async (only: string): Promise<string> => {
    // The whole group gets the signal, as from a terminal.
    const { code, output } = await host.run(`timeout 10 sh newer/services.sh install --mesh mesh --only ${only} 2>&1`);
    assert.equal(code, 124, output);
    return output.trim();
  };

  assert.match(await failToInstall("placement"), /taking back what was installed$/);
  assert.equal(await leftovers(host), "");
  const unpackedThere = "/opt/straightline-services/$(cat newer/VERSION)";
  await mustRun(host, `mkdir /opt/straightline-services; cp -R newer ${unpackedThere}`);
  assert.match(await failToInstall("placement", unpackedThere), /taking back what was installed$/);
  await mustRun(host, `diff -r newer ${unpackedThere}; rm -r ${unpackedThere}; rmdir /opt/straightline-services`);
  assert.equal(await leftovers(host), "");

  const [port] = await freePorts("127.0.0.1", 1);
  const config = `sed 's/0.0.0.0:4222/127.0.0.1:${port}/; /^http:/d; s/, sync_interval: always//' unpacked/package/deploy/systemd/nats.conf`;
  await mustRun(host, `mkdir /etc/straightline && ${config} >/etc/straightline/nats.conf`);
  const other = createServer().listen(port, "127.0.0.1");
  const taken = await host.run("sh unpacked/services.sh install --mesh mesh --only nats 2>&1");
  assert.match(
    taken.output,
    new RegExp(`error: nats: port ${port} is taken by another program\n.*taking back what was installed`),
  );
  await new Promise((resolve) => other.close(resolve));
  const first = await mustRun(host, "sh unpacked/services.sh install --mesh mesh --only nats");
  const version = /nats runs \((\S+)\)/.exec(first)?.[1] ?? "";
  const files = "/etc/straightline/* /etc/systemd/system/straightline-* */package/deploy/systemd/*";
  const state = () => mustRun(host, `cd /opt/straightline-services; ls -A; readlink current; sha256sum ${files}`);
  const before = await state();
  for (const [newer, fail] of [
    ["newer", failToInstall],
    [version, failToInstall],
    [version, interrupt],
  ] as const) {
    await mustRun(host, `echo ${newer} >newer/VERSION`);
    const output = await fail("nats,placement");
    assert.ok(output.startsWith(`straightline: nats runs (${newer})`), output);
    assert.ok(output.endsWith(`going back to what was before (${version})\nstraightline: nats runs (${version})`), output);
    assert.equal(await state(), before);
  }

  await mustRun(host, "sh unpacked/services.sh uninstall; rm -rf newer mesh");
  assert.equal(await leftovers(host), "");
});
