// Bundles scripts, styles and fonts into ../static/dist under names made of their content, and writes manifest.json,
// which says what each is called. Run through `python -m web.assets`, which skips it when nothing changed.
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as esbuild from "esbuild";
import * as sass from "sass";

const here = fileURLToPath(new URL(".", import.meta.url));
const outdir = join(here, "../static/dist");
const COMPRESSIBLE = /\.(js|mjs|css|svg)$/; // woff2 is compressed already

const sassPlugin = {
  name: "sass",
  setup(build) {
    build.onLoad({ filter: /\.scss$/ }, ({ path }) => {
      const { css } = sass.compile(path, {
        importers: [new sass.NodePackageImporter(here)],
        quietDeps: true,
        style: "compressed",
      });
      return { contents: css, loader: "css", resolveDir: here };
    });
  },
};

// MapLibre starts its worker from a URL, so the worker is a file of its own and not a part of the bundle; its style
// sheet too, because it is fetched only with the map.
const filePlugin = {
  name: "file",
  setup(build) {
    build.onLoad({ filter: /maplibre-gl[\\/]dist[\\/](maplibre-gl-worker\.mjs|maplibre-gl\.css)$/ }, ({ path }) => ({
      contents: readFileSync(path),
      loader: "file",
    }));
  },
};

// A file of its own carries the worker within its script.
const textPlugin = {
  name: "text",
  setup(build) {
    build.onLoad({ filter: /maplibre-gl[\\/]dist[\\/]maplibre-gl-worker\.mjs$/ }, ({ path }) => ({
      contents: readFileSync(path),
      loader: "text",
    }));
  },
};

rmSync(outdir, { recursive: true, force: true });
mkdirSync(outdir, { recursive: true });
const always = {
  absWorkingDir: here,
  outdir,
  bundle: true,
  target: ["es2022"],
  minify: true,
  metafile: true,
  logLevel: "warning",
  entryNames: "[name]-[hash]",
};
const site = await esbuild.build({
  ...always,
  entryPoints: ["script/page.js", "script/map/map.js", "style/site.scss", "script/corner.js", "style/corner.scss", "image/favicon.svg"],
  splitting: true,
  format: "esm",
  legalComments: "linked",
  chunkNames: "chunk-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".woff2": "file", ".svg": "copy" },
  plugins: [sassPlugin, filePlugin],
});
const alone = await esbuild.build({
  ...always,
  entryPoints: ["script/map/alone.js", "script/unpack.js"],
  format: "iife",
  legalComments: "eof", // licences travel with the file
  plugins: [textPlugin],
});

// Apart from the rest, so that no part of what residents load is split off for the staff's sake.
const desk = await esbuild.build({
  ...always,
  entryPoints: ["script/desk.js", "style/desk.scss"],
  format: "esm",
  legalComments: "linked",
  plugins: [sassPlugin],
});

const files = {};
const outputs = { ...site.metafile.outputs, ...alone.metafile.outputs, ...desk.metafile.outputs };
for (const [output, { entryPoint, inputs }] of Object.entries(outputs)) {
  const source = entryPoint ?? (Object.keys(inputs).length === 1 ? Object.keys(inputs)[0] : undefined);
  if (source && !output.endsWith("LEGAL.txt")) {
    files[basename(source).replace(/\.scss$/, ".css")] = basename(output);
  }
}
for (const name of readdirSync(outdir).filter((name) => COMPRESSIBLE.test(name))) {
  const content = readFileSync(join(outdir, name));
  writeFileSync(join(outdir, `${name}.gz`), gzipSync(content, { level: 9 }));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9 }; // 11 takes twenty times as long for 5 % less
  writeFileSync(join(outdir, `${name}.br`), brotliCompressSync(content, { params }));
}
const manifest = { digest: process.env.ASSETS_DIGEST ?? null, files };
writeFileSync(join(outdir, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
