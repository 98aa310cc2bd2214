import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { protoDirectory } from "../wire/index.js";

/** Version of this program, from the package.json beside its folder `proto`: in a checkout, an installed package and a bundle alike. */
export function programVersion(): string {
  const { version } = JSON.parse(readFileSync(join(dirname(protoDirectory()), "package.json"), "utf8")) as { version: string };
  return version;
}
