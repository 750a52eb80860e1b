/**
 * The admin center as a whole: who comes in, and what every page owes to everybody.
 */

import assert from "node:assert/strict";

import { enterAsOperator, enterAsPerson, walk } from "../lib/center.mjs";
import { axeInBothLooks, focused, narrow, tabThrough } from "../lib/checks.mjs";
import { story } from "../lib/story.mjs";

/** Set once every page is there: from then on a link that leads nowhere is a mistake. */
const COMPLETE = true;

story("an operator's one-time link opens the center, once", { demo: true }, async ({ server, page, context, watch }) => {
  const link = await server.operatorLink();
  await page.goto(link);
  // The code has left the address, so that no history keeps it.
  await page.waitForURL((url) => url.hash === "");
  await axeInBothLooks(page);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/center");
  await page.getByRole("heading", { level: 1, name: "Map" }).waitFor();
  const stranger = await (await context.browser().newContext({ baseURL: server.url })).newPage();
  await stranger.goto(link);
  await stranger.getByRole("button", { name: "Sign in" }).click();
  await stranger.getByRole("alert").waitFor();
  assert.equal(watch.found.length, 0);
  await stranger.context().close();
});

story("the map shows the demo's two tenants and the configuration between them", { demo: true }, async ({ server, page }) => {
  await enterAsOperator({ server, page });
  for (const name of ["Contoso", "Fabrikam"]) await page.getByRole("rowheader", { name, exact: true }).waitFor();
  const jobs = await server.run("job", "list");
  const list = Array.isArray(jobs) ? jobs : jobs.jobs;
  assert.ok(list.length > 0);
  for (const { name } of list) await page.getByRole("rowheader", { name, exact: true }).waitFor();
});

story("what changes is on the map without a new page", { demo: true }, async ({ server, page }) => {
  await enterAsOperator({ server, page });
  await page.evaluate(() => { window.sameDocument = true; });
  await server.createTenant("Northwind", "northwind.example");
  await page.getByRole("rowheader", { name: "Northwind", exact: true }).waitFor();
  assert.equal(await page.evaluate(() => window.sameDocument), true);
});

story("nobody comes in without signing in", { demo: true }, async ({ server, page }) => {
  await page.goto("/center/operators");
  assert.match(page.url(), /\/center\/sign-in\?back=/);
  await axeInBothLooks(page);
  await narrow(page);
  await tabThrough(page);
});

story("a person sees their own tenant, and the partner's name", { demo: true }, async ({ server, page, context }) => {
  await enterAsPerson({ page }, await server.createPerson("contoso.example", "Grace", "Global Reader"));
  await page.getByRole("rowheader", { name: "Contoso", exact: true }).waitFor();
  await axeInBothLooks(page);
  const operators = await context.request.get("/center/operators");
  // Whoever may not see it is not told that it is there.
  assert.equal(operators.status(), 404);
  assert.doesNotMatch(await page.locator("body").innerText(), /UserT1/);
});

story("a person who may not look is told so on a page", { demo: true }, async ({ server, page, watch }) => {
  watch.expect(/status of 403/);
  await enterAsPerson({ page }, await server.createPerson("contoso.example", "Grace"));
  await page.getByText("it takes one of").waitFor();
  await page.goto("/center/tenants/contoso.example/users");
  await page.getByText("it takes one of").waitFor();
  await axeInBothLooks(page);
  await page.getByRole("button", { name: "Sign out" }).waitFor();
});

story("scripts and styles travel packed", { demo: true }, async ({ page }) => {
  const answers = [];
  page.on("response", (one) => { if (/\.(js|css)\b/.test(one.url())) answers.push(one); });
  await page.goto("/center/sign-in", { waitUntil: "load" });
  assert.ok(answers.length >= 2);
  for (const one of answers) assert.equal(one.headers()["content-encoding"], "gzip", one.url());
});

story("the skip link leads past the frame", { demo: true }, async ({ server, page }) => {
  await enterAsOperator({ server, page });
  await page.reload();
  await page.keyboard.press("Tab");
  assert.equal(await focused(page), "a Skip to the content");
  await page.keyboard.press("Enter");
  assert.match(await focused(page), /^main#main/);
});

story("the theme can be chosen, and stays", { demo: true }, async ({ server, page }) => {
  await enterAsOperator({ server, page });
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
  const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const button = page.locator("[data-theme-switch]");
  const papers = new Map();
  for (const wanted of ["light", "dark"]) {
    while ((await theme()) !== wanted) await button.click();
    papers.set(wanted, await paper());
  }
  assert.notEqual(papers.get("light"), papers.get("dark"));
  await page.reload();
  assert.equal(await theme(), "dark");
  assert.equal(await paper(), papers.get("dark"));
});

story("every page serves everybody: axe, telephone, keyboard", { demo: true, patience: 900_000, trace: false }, async ({ server, page, context, note }) => {
  await enterAsOperator({ server, page });
  const problems = [];
  const { seen, dead } = await walk({ context, page }, async (path) => {
    for (const check of [axeInBothLooks, narrow, tabThrough]) {
      // All pages are looked at, and all that is wrong is told at once.
      await check(page).catch((error) => problems.push(error.message));
    }
    assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1, `${path} has one title`);
  });
  note(`${seen.length} kinds of pages: ${seen.join(" ")}`);
  if (COMPLETE) problems.push(...dead.map((one) => `leads nowhere: ${one}`));
  else if (dead.length > 0) note(`leads nowhere so far: ${dead.join(", ")}`);
  assert.equal(problems.length, 0, `\n${problems.join("\n")}`);
});
