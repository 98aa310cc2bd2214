import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/**
 * Generates proto/gen from the .proto files. With --check it generates elsewhere and fails when the committed files differ.
 */

/** The files with services; what they import is generated along. */
const ROOT_FILES = [
  "straightline/v1/placement.proto",
  "straightline/v1/fleet.proto",
  "straightline/v1/deployment.proto",
  "straightline/v1/job.proto",
  "inference/grpc_service.proto",
];
/** Must equal the loader's options in services/common/wire. */
const OPTIONS = ["--longs=Number", "--enums=String", "--defaults", "--oneofs", "--includeComments"];
/** Packages whose descriptors servers show by reflection, and where buf finds them. */
const DESCRIPTOR_SETS = {
  straightline: [".", "--path", "proto/straightline"],
  inference: [".", "--path", "proto/inference"],
  health: ["node_modules/grpc-health-check/proto"],
};
const TARGET = resolve("proto/gen");

function generateInto(directory: string): void {
  const generator = resolve("node_modules/.bin/proto-loader-gen-types");
  const args = [...OPTIONS, "--grpcLib=@grpc/grpc-js", "--importFileExtension=.js", "-I", ".", "-O", directory];
  execFileSync(generator, [...args, ...ROOT_FILES], { cwd: "proto", stdio: ["ignore", "ignore", "inherit"] });
  for (const [name, input] of Object.entries(DESCRIPTOR_SETS)) {
    const target = join(directory, `${name}.binpb`);
    const build = ["build", ...input, "--exclude-source-info", "--as-file-descriptor-set", "-o", target];
    execFileSync(resolve("node_modules/.bin/buf"), build, { stdio: "inherit" });
  }
}

function filesOf(directory: string): Map<string, string> {
  const names = readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((name) => /\.(ts|binpb)$/.test(name));
  return new Map(names.sort().map((name) => [name, readFileSync(join(directory, name), "latin1")]));
}

const fresh = mkdtempSync(join(tmpdir(), "straightline-gen-"));
try {
  generateInto(fresh);
  if (process.argv.includes("--check")) {
    const [want, have] = [filesOf(fresh), filesOf(TARGET)];
    const stale = [...new Set([...want.keys(), ...have.keys()])].filter((name) => want.get(name) !== have.get(name));
    if (stale.length > 0) {
      console.error(`proto/gen differs from the .proto files (${stale.join(", ")}): run npm run generate`);
      process.exitCode = 1;
    }
  } else {
    rmSync(TARGET, { recursive: true, force: true });
    cpSync(fresh, TARGET, { recursive: true });
  }
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
