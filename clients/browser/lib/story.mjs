/**
 * A story: a test with a server and a browser of its own. When it fails, a trace, a picture of each page
 * and the server's log are kept, and the error says where.
 */

import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";

import { Watch, launch } from "./browser.mjs";
import { Server } from "./server.mjs";

/** Where what is left of failed stories goes. */
const OUT = process.env.SYNCLINE_BROWSER_OUT ?? "target/browser/failed";
/** How long one story may take, in milliseconds. */
const PATIENCE = 300_000;

let browser;

/** One browser serves the stories of a file; each has a context of its own, as fresh as a new profile. */
async function sharedBrowser() {
  browser ??= launch();
  return browser;
}

after(async () => (await browser)?.close());

/**
 * A story on the real server. `options`: `demo`, `patience`, `trace` (a long story is five times faster
 * without), and what Playwright takes for a context. With `note` it says something beside its result.
 */
export function story(name, { demo = false, patience = PATIENCE, ...options }, tell) {
  test(name, { timeout: patience }, async (context) => {
    const server = await Server.start({ demo });
    try {
      const note = (text) => context.diagnostic(text);
      const parts = { server, url: server.url, log: () => server.log, note };
      await onPages(name, parts, options, tell);
    } finally {
      await server.stop();
    }
  });
}

/** The same with pages that something else serves at `url`. */
export async function onPages(name, { server, url, log = () => "", note }, options, tell) {
  const { trace = true, ...wanted } = options;
  const context = await (await sharedBrowser()).newContext({ baseURL: url, locale: "en-US", ...wanted });
  if (trace) await context.tracing.start({ screenshots: true, snapshots: true, sources: false });
  // A machine that builds beside this is slow, and only slow.
  context.setDefaultTimeout(60_000);
  const watch = await Watch.open(context, [new URL(url).origin]);
  const place = join(OUT, name.replaceAll(/[^\p{L}\p{N}]+/gu, "-"));
  await rm(place, { recursive: true, force: true });
  try {
    const page = await context.newPage();
    await tell({ server, url, context, page, watch, note });
    // What a page has said so far has arrived once it answers.
    for (const one of context.pages()) await one.evaluate(() => true);
    watch.verify();
    if (trace) await context.tracing.stop();
  } catch (error) {
    await keep(context, place, log(), trace);
    const kept = `kept in ${place}: trace.zip (\`npx playwright show-trace\`), pictures, server.log`;
    error.message += `\n${kept}`;
    error.stack += `\n${kept}`;
    throw error;
  } finally {
    await context.close();
  }
}

async function keep(context, place, log, trace) {
  await mkdir(place, { recursive: true });
  await writeFile(join(place, "server.log"), log);
  for (const [index, page] of context.pages().entries()) {
    // A page that hangs is told by the trace.
    await page.screenshot({ path: join(place, `page-${index + 1}.png`), fullPage: true, timeout: 5_000 }).catch(() => {});
  }
  if (trace) await context.tracing.stop({ path: join(place, "trace.zip") });
}
