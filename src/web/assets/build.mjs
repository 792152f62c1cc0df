// Builds dist/: third-party parts from node_modules and our own css/ and js/, each under a name that holds the hash of
// its content, with brotli and gzip copies beside it, and manifest.json (logical name -> hashed name).
// Run after `npm ci --ignore-scripts`. Everything it writes is ignored by git and embedded by ../assets.rs.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const npm = (path) => join(here, "node_modules", path);
const text = (path) => readFileSync(path, "utf8");
const TARGET = ["chrome109", "edge109", "firefox115", "safari16.4"];

mkdirSync(dist, { recursive: true });
for (const name of readdirSync(dist)) {
  if (name !== ".gitkeep") rmSync(join(dist, name), { recursive: true });
}

const manifest = {};
const sizes = [];

/** Writes one asset under its hashed name, with its compressed copies. */
function emit(name, content) {
  const bytes = Buffer.from(content);
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 8);
  const dot = name.lastIndexOf(".");
  const hashed = `${name.slice(0, dot)}.${hash}${name.slice(dot)}`;
  manifest[name] = hashed;
  const br = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  const gz = gzipSync(bytes, { level: 9 });
  writeFileSync(join(dist, hashed), bytes);
  if (br.length < bytes.length) writeFileSync(join(dist, `${hashed}.br`), br);
  if (gz.length < bytes.length) writeFileSync(join(dist, `${hashed}.gz`), gz);
  sizes.push([name, bytes.length, gz.length, br.length]);
}

/** Bundles one of our own entry files; the result is minified and has no source map (nothing else is served). */
async function bundle(entry, loader = {}) {
  const result = await build({
    absWorkingDir: here,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: TARGET,
    legalComments: "inline",
    loader,
  });
  return result.outputFiles[0].text;
}

const withoutMap = (source) => source.replace(/\/[*/]# sourceMappingURL=\S+( \*\/)?\s*/g, "");

/** One sprite with only the icons named in icons.txt. */
function sprite() {
  const names = text(join(here, "icons.txt")).split("\n").map((line) => line.trim()).filter((line) => line && !line.startsWith("#"));
  const symbols = names.map((name) => {
    const [family, file] = name.endsWith("-filled") ? ["filled", name.slice(0, -7)] : ["outline", name];
    const svg = text(npm(`@tabler/icons/icons/${family}/${file}.svg`));
    const body = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "")
      .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" ?\/>/, "").replace(/\s*\n\s*/g, "");
    const paint = family === "filled" ? 'fill="currentColor"' : 'fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"';
    return `<symbol id="${name}" viewBox="0 0 24 24" ${paint}>${body}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

/** Every word that occurs in templates, view structs and scripts: a class that is none of them cannot be on a page. */
function wordsInUse() {
  const words = new Set();
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!["assets", "words", "node_modules"].includes(entry.name)) walk(path);
      } else if (/\.(html|rs)$/.test(entry.name)) {
        for (const word of text(path).match(/[A-Za-z0-9_-]+/g) ?? []) words.add(word);
      }
    }
  };
  walk(dirname(here));
  return words;
}

/** Leaves out the rules of a style sheet whose selectors name a class that is not in use. */
function cut(css, words) {
  const unescape = (name) => name.replace(/\\/g, "");
  const used = (selector) => [...selector.matchAll(/\.((?:\\.|[A-Za-z0-9_-])+)/g)].every(([, name]) => words.has(unescape(name)));
  const end = (from) => {
    for (let at = from, depth = 0, quote = ""; at < css.length; at += 1) {
      const c = css[at];
      if (quote) {
        if (c === "\\") at += 1;
        else if (c === quote) quote = "";
      } else if (c === '"' || c === "'") quote = c;
      else if (c === "{") depth += 1;
      else if (c === "}" && (depth -= 1) === 0) return at;
      else if (c === ";" && depth === 0) return at;
    }
    return css.length;
  };
  const rules = (from, to) => {
    let out = "";
    for (let at = from; at < to; ) {
      if (css.startsWith("/*", at)) {
        const stop = css.indexOf("*/", at) + 2;
        if (css[at + 2] === "!") out += css.slice(at, stop);
        at = stop;
        continue;
      }
      const stop = end(at);
      const open = css.indexOf("{", at);
      const head = css.slice(at, open < 0 || open > stop ? stop : open).trim();
      if (/^@(media|supports|layer|container)/.test(head) && open < stop) {
        const inner = rules(open + 1, stop);
        if (inner) out += `${head}{${inner}}`;
      } else if (head.startsWith("@")) {
        out += css.slice(at, stop + 1).trim();
      } else if (head) {
        const kept = head.split(/,(?![^(]*\))/).filter(used);
        if (kept.length) out += `${kept.join(",")}${css.slice(open, stop + 1)}`;
      }
      at = stop + 1;
    }
    return out;
  };
  return rules(0, css.length);
}

emit("tabler.css", cut(withoutMap(text(npm("@tabler/core/dist/css/tabler.min.css"))), wordsInUse()));
emit("htmx.js", withoutMap(text(npm("htmx.org/dist/htmx.min.js"))));
emit("app.css", await bundle("css/app.css"));
emit("app.js", await bundle("js/app.js"));
emit("charts.js", await bundle("js/charts.js"));
emit("icons.svg", sprite());
emit("favicon.svg", text(join(here, "favicon.svg")));

writeFileSync(join(dist, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
const kb = (n) => `${(n / 1024).toFixed(1)} kB`.padStart(10);
for (const [name, raw, gz, br] of sizes) console.log(name.padEnd(14), kb(raw), kb(gz), "gz", kb(br), "br");
