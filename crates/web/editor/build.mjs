/**
 * Makes the bundle and the texts of its licences: `node build.mjs FOLDER`. The same sources and
 * versions give the same bytes on every machine.
 */

import { readFile, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** What a first visit may cost, in bytes as they travel. */
const BUDGET = 150_000;

const folder = process.argv[2] ?? ".";
const made = await build({
  entryPoints: ["src/main.js"],
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  legalComments: "none",
  metafile: true,
  write: false,
});
const [{ contents }] = made.outputFiles;
await writeFile(`${folder}/editor.js`, contents);
await writeFile(`${folder}/editor.LICENSES.txt`, await licences(Object.keys(made.metafile.inputs)));

const travels = gzipSync(contents, { level: 9 }).length;
console.log(`editor.js: ${contents.length} bytes, ${travels} with gzip`);
if (travels > BUDGET) throw new Error(`the bundle is larger than ${BUDGET} bytes with gzip`);

/** Every package of which something is in the bundle, with its licence. */
async function licences(inputs) {
  const names = inputs.map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]);
  const packages = [...new Set(names.filter(Boolean))].sort();
  let text = "editor.js contains these packages.\n";
  for (const name of packages) {
    const { version, license } = JSON.parse(await readFile(`node_modules/${name}/package.json`, "utf8"));
    const terms = await readFile(`node_modules/${name}/LICENSE`, "utf8");
    text += `\n${"=".repeat(72)}\n${name} ${version} (${license})\n\n${terms.trim()}\n`;
  }
  return text;
}
