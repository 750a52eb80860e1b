/**
 * The harness itself: a story fails when its page is not well, whatever the story says.
 */

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { once } from "node:events";
import { access, rm } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";

import { axe, narrow, tabThrough } from "../lib/checks.mjs";
import { onPages } from "../lib/story.mjs";

const POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src *";

/** What the stories here leave on purpose would look like failures. */
const left = new Set();
after(() => Promise.all([...left].map((place) => rm(place, { recursive: true }))));

/** The story fails like this, and its remains are forgotten. */
async function fails(told, problem) {
  const error = await told.then(() => assert.fail("the story did not fail"), (found) => found);
  assert.match(error.message, problem);
  const [, place] = /kept in (.+?):/.exec(error.message);
  left.add(place);
  return place;
}

/** Shows a page with this body for as long as `look` looks at it. */
async function withPage(name, body, look, headers = {}) {
  const html = `<!doctype html><html lang="en"><head><title>A page</title></head><body><main><h1>A page</h1>${body}</main></body></html>`;
  const server = createServer((request, response) => {
    if (request.url !== "/") return response.writeHead(request.url === "/favicon.ico" ? 204 : 404).end();
    return response.writeHead(200, { "content-type": "text/html; charset=utf-8", ...headers }).end(html);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const url = `http://127.0.0.1:${server.address().port}`;
    await onPages(name, { url }, {}, async (parts) => {
      await parts.page.goto("/");
      await look(parts);
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const refused = [
  ["mistake in a script", "<script>nobody.knows()</script>", /nobody is not defined/, {}],
  ["console error", "<script>console.error('bad day')</script>", /bad day/, {}],
  ["inline style under a policy", "<p style='color: red'>red</p>", /refused by policy: style-src-attr/, { "content-security-policy": POLICY }],
  ["inline script under a policy", "<script>1</script>", /refused by policy: script-src-elem/, { "content-security-policy": POLICY }],
  ["request to elsewhere", "<img alt='' src='http://elsewhere.example/x.png'>", /outside: http:\/\/elsewhere\.example/, {}],
  ["file that is not there", "<img alt='' src='/nothing.png'>", /404/, {}],
];

for (const [what, body, problem, headers] of refused) {
  test(`a story fails: ${what}`, async () => {
    // A picture that is not there yet is no mistake yet.
    const look = ({ page }) => page.waitForLoadState("load");
    await fails(withPage(`harness ${what}`, body, look, headers), problem);
  });
}

test("what a story expects must happen", async () => {
  const body = "<script>console.error('bad day')</script>";
  await withPage("harness expected", body, async ({ watch }) => watch.expect(/bad day/));
  await fails(withPage("harness missing", "", async ({ watch }) => watch.expect(/bad day/)), /was expected/);
});

test("what is left of a failed story lies where its error says", async () => {
  const told = withPage("harness keeps", "", async () => { throw new Error("nothing works"); });
  const place = await fails(told, /nothing works/);
  for (const name of ["trace.zip", "page-1.png", "server.log"]) await access(join(place, name));
});

test("axe sees a field without a label", async () => {
  await withPage("harness axe", "<input>", async ({ page }) => {
    await assert.rejects(axe(page), /label: Form elements must have labels/);
  });
});

test("a page that is too wide for a telephone is seen", async () => {
  await withPage("harness narrow", "<pre>" + "wide ".repeat(200) + "</pre>", async ({ page }) => {
    await assert.rejects(narrow(page), /scrolls sideways/);
  });
});

test("the Tab key finds traps, controls out of reach and a focus that nobody sees", async () => {
  const skip = { skip: false };
  await withPage("harness keyboard good", "<a href='/'>one</a> <button>two</button>", async ({ page }) => {
    assert.deepEqual(await tabThrough(page, skip), ["a one", "button two"]);
    await assert.rejects(tabThrough(page), /the first stop skips nothing/);
  });
  const date = "<label>Day <input id=day type=date></label><button>two</button>";
  await withPage("harness keyboard date", date, async ({ page }) => {
    assert.deepEqual(await tabThrough(page, skip), ["input#day", "button two"]);
  });
  const trap = "<button id=a>a</button><button>b</button><script>a.onkeydown = (event) => event.preventDefault()</script>";
  await withPage("harness keyboard trap", trap, async ({ page }) => {
    await assert.rejects(tabThrough(page, skip), /not reached with the Tab key/);
  });
  const unseen = "<style>button { outline: none }</style><button>a</button>";
  await withPage("harness keyboard unseen", unseen, async ({ page }) => {
    await assert.rejects(tabThrough(page, skip), /looks the same/);
  });
});
