import { buildSampleBundle } from "./build.js";

const { path, digest, sizeBytes } = await buildSampleBundle({ target: { platform: process.platform, arch: process.arch } });
process.stdout.write(`${path} ${digest} ${(sizeBytes / 1024 / 1024).toFixed(1)} MiB\n`);
