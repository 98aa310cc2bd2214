import { buildBundles } from "./build.js";

const { server, sample } = await buildBundles({ target: { platform: process.platform, arch: process.arch } });
for (const { path, digest, sizeBytes } of [server, sample]) {
  process.stderr.write(`${path} ${digest} ${(sizeBytes / 1024 / 1024).toFixed(1)} MiB\n`);
}
