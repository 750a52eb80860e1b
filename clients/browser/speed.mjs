/**
 * How fast pages come: `cargo xtask pages`. For each page the time of the server, what a first visit
 * transfers, and when the largest part of it is painted. The table is for people; the same stands as JSON
 * in `pages.json` beside the traces.
 */

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { launch } from "./lib/browser.mjs";
import { Server } from "./lib/server.mjs";
import { pages } from "./pages.mjs";

const TIMES = 30;
const OUT = process.env.SYNCLINE_BROWSER_OUT ?? "target/browser/out";

const server = await Server.start({ demo: true });
const browser = await launch();
try {
  const context = await browser.newContext({ baseURL: server.url, locale: "en-US" });
  const list = await pages({ server, page: await context.newPage() });
  const storageState = await context.storageState();
  const rows = [];
  for (const { name, path } of list) {
    const served = await timeServer(new URL(path, server.url), storageState.cookies);
    rows.push({ name, ...served, ...(await visit(path, storageState)) });
  }
  show(rows);
  await mkdir(OUT, { recursive: true });
  await writeFile(join(OUT, "pages.json"), `${JSON.stringify(rows, null, 2)}\n`);
} finally {
  await browser.close();
  await server.stop();
}

/** Milliseconds until the whole answer is there, without a browser. */
async function timeServer(address, cookies) {
  const headers = { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; ") };
  const took = [];
  // The first ones make connections and fill caches.
  for (let time = -3; time < TIMES; time += 1) {
    const began = performance.now();
    const answer = await fetch(address, { headers, redirect: "manual" });
    await answer.arrayBuffer();
    if (answer.status !== 200) throw new Error(`${address.pathname}: ${answer.status}`);
    if (time >= 0) took.push(performance.now() - began);
  }
  took.sort((a, b) => a - b);
  const at = (part) => round(took[Math.min(took.length - 1, Math.ceil(part * took.length) - 1)]);
  return { serverMedian: at(0.5), server95: at(0.95) };
}

/** A first visit: nothing is cached. */
async function visit(path, storageState) {
  const context = await browser.newContext({ baseURL: server.url, locale: "en-US", storageState });
  try {
    const page = await context.newPage();
    const network = await context.newCDPSession(page);
    await network.send("Network.enable");
    let bytes = 0;
    let requests = 0;
    network.on("Network.loadingFinished", ({ encodedDataLength }) => { bytes += encodedDataLength; requests += 1; });
    await page.addInitScript(() => {
      new PerformanceObserver((list) => { window.largestPaint = list.getEntries().at(-1).startTime; })
        .observe({ type: "largest-contentful-paint", buffered: true });
    });
    await page.goto(path, { waitUntil: "load" });
    await page.waitForFunction(() => window.largestPaint !== undefined);
    return { bytes, requests, largestPaint: round(await page.evaluate(() => window.largestPaint)) };
  } finally {
    await context.close();
  }
}

function show(rows) {
  const heads = ["page", "server ms", "95 %", "bytes", "requests", "largest paint ms"];
  const lines = rows.map((row) => [row.name, row.serverMedian, row.server95, row.bytes, row.requests, row.largestPaint].map(String));
  const widths = heads.map((head, column) => Math.max(head.length, ...lines.map((line) => line[column].length)));
  for (const line of [heads, ...lines]) {
    console.log(line.map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))).join("  "));
  }
}

function round(value) {
  return Math.round(value * 100) / 100;
}
