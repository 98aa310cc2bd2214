import { relative, sep } from "node:path";
import { build, type Plugin } from "esbuild";
import type { BundleFile } from "./pack.js";

/** Packages with native parts: they are carried as they are. */
export const NATIVE_PACKAGES = ["sharp", "onnxruntime-node"] as const;

/** Packages in CommonJS expect these names, which an ES module does not have. */
const COMMONJS_NAMES = `import { createRequire as __createRequire } from "node:module";
import { fileURLToPath as __fileURLToPath } from "node:url";
const require = __createRequire(import.meta.url);
const __filename = __fileURLToPath(import.meta.url);
const __dirname = __fileURLToPath(new URL(".", import.meta.url));`;

/**
 * Joins a compiled program and what it imports to one ES module, server.mjs, without the native packages. What the program loads only on
 * demand (the tracing SDK) goes into modules of its own beside it, so that a start without it need not parse it.
 */
export async function compileProgram(entryPoint: string): Promise<BundleFile[]> {
  const result = await build({
    entryPoints: { server: entryPoint },
    outdir: "bundle",
    outExtension: { ".js": ".mjs" },
    chunkNames: "chunks/[name]-[hash]",
    splitting: true,
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    target: "node20",
    minify: true,
    legalComments: "none",
    external: [...NATIVE_PACKAGES],
    banner: { js: COMMONJS_NAMES },
    plugins: [pureModules],
    logLevel: "silent",
  });
  return result.outputFiles.map(({ path, contents }) => ({
    path: relative("bundle", path).split(sep).join("/"),
    bytes: Buffer.from(contents),
  }));
}

/**
 * Our modules do nothing when they are loaded, so what they import and the program does not use is left out: reading unused code
 * would be part of every cold start.
 */
const pureModules: Plugin = {
  name: "pure-modules",
  setup(plugin) {
    plugin.onResolve({ filter: /.*/ }, async ({ path, importer, resolveDir, kind, pluginData }) => {
      if (importer === "" || importer.includes(`${sep}node_modules${sep}`) || pluginData === pureModules) return undefined;
      const resolved = await plugin.resolve(path, { importer, resolveDir, kind, pluginData: pureModules });
      return { ...resolved, sideEffects: false };
    });
  },
};
