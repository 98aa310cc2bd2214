/**
 * The borders of the house: proto <- services/common <- {services, agents} <- test. A folder is entered through its index alone.
 */
const process = (name) => `^services/${name}/`;
const PROCESSES = ["placement", "gateway", "model-server", "cli", "simulator", "console"];

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } } },
    {
      name: "common-knows-nobody",
      severity: "error",
      from: { path: "^services/common/" },
      to: { path: "^(services/(?!common/)|agents/|test/)", pathNot: "\\.test\\.ts$" },
    },
    { name: "agents-know-no-service", severity: "error", from: { path: "^agents/" }, to: { path: "^services/(?!common/)" } },
    { name: "services-know-no-agent", severity: "error", from: { path: "^services/" }, to: { path: "^agents/" } },
    {
      name: "agents-do-not-know-each-other",
      severity: "error",
      from: { path: "^agents/(container|vm|serverless)/" },
      to: { path: "^agents/(container|vm|serverless)/", pathNot: "^agents/$1/" },
    },
    ...PROCESSES.filter((name) => name !== "simulator").map((name) => ({
      name: `${name}-knows-no-other-service`,
      severity: "error",
      from: { path: process(name) },
      to: { path: `^services/(?!common/|${name}/)` },
    })),
    {
      name: "nothing-imports-tests",
      severity: "error",
      from: { pathNot: "(^test/|\\.test\\.ts$)" },
      to: { path: "^test/|\\.test\\.ts$" },
    },
    {
      name: "nats-only-in-the-bus",
      severity: "error",
      from: { pathNot: "^services/common/bus/" },
      to: { path: "node_modules/(nats|@nats-io)/" },
    },
    {
      name: "grpc-only-behind-common",
      comment: "Generated types and the data plane's raw service are the exceptions.",
      severity: "error",
      from: { path: "^services/placement/(scheduler|policies|state|controller)/" },
      to: { path: "node_modules/@grpc/" },
    },
    {
      name: "the-scheduler-is-pure",
      severity: "error",
      from: { path: "^services/placement/scheduler/", pathNot: "\\.test\\.ts$" },
      to: { pathNot: "^services/placement/scheduler/" },
    },
    {
      name: "policies-know-only-the-scheduler",
      severity: "error",
      from: { path: "^services/placement/policies/", pathNot: "\\.test\\.ts$" },
      to: { pathNot: "^services/(placement/(policies|scheduler)|common/errors)/" },
    },
    {
      name: "one-door",
      comment: "services/common/<folder> is entered through its index.",
      severity: "error",
      from: { pathNot: "^services/common/([^/]+)/" },
      to: { path: "^services/common/[^/]+/", pathNot: "^services/common/[^/]+/index\\.ts$" },
    },
    {
      name: "one-door-inside-common",
      severity: "error",
      from: { path: "^services/common/([^/]+)/" },
      to: { path: "^services/common/[^/]+/", pathNot: "^services/common/($1/|[^/]+/index\\.ts$)" },
    },
    { name: "no-orphans", severity: "error", from: { orphan: true, pathNot: "(\\.test\\.ts$|^test/|\\.d\\.ts$)" }, to: {} },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|proto/gen)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default"],
    },
  },
};
