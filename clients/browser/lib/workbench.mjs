/**
 * A page with the expression editor and nothing else, under the policy of the admin center, whose
 * questions are answered by the commands of the real program. Pages of the center come with a tenant, a
 * configuration and people; what the editor itself does is told here.
 */

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);
const CSRF = "token-of-this-page";
const NONCE = "nonce-of-this-page";
export const POLICY = `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${NONCE}'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;

const PEOPLE = {
  ada: { givenName: "Ada", surname: "Lovelace" },
  zoe: { givenName: "Zoë", surname: "Ångström" },
};

export const FIELD = `<textarea id="expression" name="expression" rows="4" data-editor data-check-url="/check"
  data-complete-url="/complete" data-functions-url="/functions" data-try-url="/try" data-person="#person"
  data-result="#result" data-signature="#signature" aria-describedby="signature">Left([givenName], 3)</textarea>`;

const PAGE = `<!doctype html>
<html lang="en">
<head>
<title>Workbench</title>
<meta name="csrf" content="${CSRF}">
<meta name="csp-nonce" content="${NONCE}">
<style nonce="${NONCE}">:root { color-scheme: light dark; } body { font-family: sans-serif; margin: 1rem; }</style>
<script src="/editor.js" defer></script>
</head>
<body>
<main>
<h1>Workbench</h1>
<form action="/saved" method="get">
<p><label for="person">Person</label> <select id="person"><option>ada</option><option>zoe</option></select></p>
<p id="label-place"><label for="expression">Expression</label></p>
<div id="place">${FIELD}</div>
<p id="signature"></p>
<p id="result"></p>
<p><button type="reset">Start over</button> <button>Save</button></p>
</form>
</main>
</body>
</html>`;

/** Starts it; gives its address, what was saved, and what ends it. */
export async function startWorkbench() {
  const script = await readFile(join(process.env.SYNCLINE_ROOT, "crates/web/assets/editor.js"));
  const asked = [];
  const server = createServer((request, response) => {
    answer(request, script, asked).then(
      ([status, type, body]) => response.writeHead(status, { "content-type": type, "content-security-policy": POLICY }).end(body),
      (error) => response.writeHead(500).end(error.stack),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = () => { server.closeAllConnections(); server.close(); };
  return { url: `http://127.0.0.1:${server.address().port}`, asked, stop };
}

async function answer(request, script, asked) {
  const { pathname } = new URL(request.url, "http://localhost");
  if (pathname === "/favicon.ico") return [204, "image/png", ""];
  if (pathname === "/editor.js") return [200, "text/javascript", script];
  if (pathname === "/" || pathname === "/saved") return [200, "text/html; charset=utf-8", PAGE];
  if (pathname === "/functions") return [200, "application/json", JSON.stringify(await syncline("functions"))];
  const command = COMMANDS[pathname];
  if (!command || request.method !== "POST") return [404, "text/plain", ""];
  if (request.headers["x-csrf"] !== CSRF) return [403, "text/plain", ""];
  let text = "";
  for await (const part of request) text += part;
  asked.push([pathname, JSON.parse(text)]);
  return [200, "application/json", JSON.stringify(await command(JSON.parse(text)))];
}

const COMMANDS = {
  "/check": ({ text }) => syncline("check", "--", text),
  // The command counts characters.
  "/complete": ({ text, offset }) => {
    const before = Buffer.from(text).subarray(0, offset).toString();
    return syncline("complete", "--at", String([...before].length), "--", text);
  },
  "/try": async ({ text, person }) => {
    const found = await syncline("eval", "--person", JSON.stringify(PEOPLE[person]), "--", text);
    return found.error ? { diagnostics: found.error.details } : found;
  },
};

/** What a command of the mapping language prints, whether it likes the text or not. */
async function syncline(command, ...words) {
  const done = execute(process.env.SYNCLINE_PROGRAM, ["expr", command, "--json", ...words]);
  const { stdout } = await done.catch((error) => error);
  return JSON.parse(stdout);
}
