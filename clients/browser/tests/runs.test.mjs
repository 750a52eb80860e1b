/**
 * A configuration at work: preview, hold and approval; a long run seen as it goes on, also over a restart of
 * the server; why somebody is where they are; and every page for everybody.
 */

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { enterAsOperator } from "../lib/center.mjs";
import { axeInBothLooks, narrow, tabThrough } from "../lib/checks.mjs";
import { story } from "../lib/story.mjs";

const SOURCE = "contoso.example";

/** The demo's configuration with some more people, and where its pages begin. */
async function prepare(server, people = 4) {
  const [job] = await server.run("job", "list");
  const logins = [];
  for (let index = 1; index <= people; index += 1) {
    const login = `p${index}@${SOURCE}`;
    logins.push(login);
    const set = ["--set", `displayName=Person ${index}`, "--set", `mail=${login}`, "--set", "department=Marketing"];
    await server.run("user", "create", login, "--tenant", SOURCE, ...set);
  }
  await server.run("job", "assign", job.id, ...logins);
  return { job: job.id, base: `/center/tenants/${SOURCE}/jobs/${job.id}`, logins };
}

/** Presses a button that asks first, and says yes. */
async function confirmed(page, name) {
  await page.getByRole("button", { name, exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name, exact: true }).click();
}

story("a plan is previewed and applied, and removals beyond the limit wait for approval", { demo: true }, async ({ server, page }) => {
  const { job, base, logins } = await prepare(server);
  await enterAsOperator({ server, page });
  await page.goto(base);
  await page.getByRole("link", { name: "Preview" }).click();
  await page.getByRole("button", { name: "Plan the next cycle" }).click();
  await page.getByRole("heading", { name: "A plan" }).waitFor();
  await page.getByRole("row").filter({ hasText: "Create" }).filter({ hasText: "4" }).waitFor();
  await axeInBothLooks(page);
  await narrow(page);
  await page.getByRole("link", { name: "Create", exact: true }).click();
  await page.getByRole("rowheader", { name: logins[0] }).waitFor();
  await axeInBothLooks(page);
  await page.goBack();
  await confirmed(page, "Apply this plan");
  await page.getByRole("status").filter({ hasText: "4 Create" }).waitFor();

  await server.run("job", "update", job, "--removals-at-least", "1", "--removals-percent", "0");
  await server.run("job", "unassign", job, ...logins);
  await page.goto(base);
  await page.getByRole("button", { name: "Run now" }).click();
  await page.getByText("4 changes go beyond a limit").waitFor();
  await page.getByRole("link", { name: "Decide about the held changes." }).click();
  await axeInBothLooks(page);
  await narrow(page);
  await page.getByRole("checkbox", { name: `Remove: ${logins[0]}` }).check();
  await page.getByRole("button", { name: "Reject what is ticked" }).click();
  await page.getByRole("heading", { name: "Reject one change?" }).waitFor();
  await axeInBothLooks(page);
  await page.getByRole("button", { name: "Reject it" }).click();
  await page.getByRole("status").filter({ hasText: "Rejected: 1" }).waitFor();
  await page.getByRole("button", { name: "Approve all" }).click();
  await page.getByText(logins[3]).waitFor();
  await page.getByRole("button", { name: "Approve 3" }).click();
  await page.getByRole("status").filter({ hasText: "3 Remove" }).waitFor();
  await page.getByText("Nothing is held.").waitFor();
});

story("a long run is seen as it goes on, and after a restart of the server without a new page", { demo: true, patience: 600_000, trace: false }, async ({ server, page, watch, note }) => {
  const [job] = await server.run("job", "list");
  const lines = ["userPrincipalName,displayName,mail,department"];
  for (let index = 0; index < 20_000; index += 1) lines.push(`w${index}@${SOURCE},Worker ${index},w${index}@${SOURCE},Marketing`);
  const file = join(server.folder, "people.csv");
  await writeFile(file, `${lines.join("\n")}\n`);
  await server.run("user", "import", file, "--tenant", SOURCE);
  await server.run("job", "update", job.id, "--scope", "all");
  await enterAsOperator({ server, page });
  await page.goto(`/center/tenants/${SOURCE}/jobs/${job.id}`);
  await page.evaluate(() => { window.sameDocument = true; });
  await page.getByRole("button", { name: "Start", exact: true }).click();
  const bar = page.getByRole("progressbar", { name: "Cycle" });
  await bar.waitFor();
  await page.evaluate(() => { window.sameDocument = true; });
  await page.getByText(/of 20,\d\d\d looked at/).waitFor();
  await page.getByText(/left$/).waitFor();
  await axeInBothLooks(page);
  const read = async () => Number(await bar.getAttribute("value"));
  const before = await read();
  await page.waitForFunction((value) => Number(document.querySelector("progress")?.value) > value, before);

  // What the page asks for while nobody answers is told by the browser, and is no mistake of the page.
  watch.expect(/ERR_|Failed to load|net::|\[object Event\]/);
  const began = Date.now();
  await server.restart();
  note(`the server was back after ${Date.now() - began} ms`);
  await bar.waitFor();
  await page.getByText("up to date").waitFor({ timeout: 300_000 });
  assert.equal(await page.evaluate(() => window.sameDocument), true, "the page was never loaded again");
  await page.getByRole("listitem").filter({ hasText: "people in step" }).filter({ hasText: "20,00" }).waitFor();
});

story("somebody is found as one types, explained, previewed and taken over now", { demo: true }, async ({ server, page }) => {
  const { base, logins } = await prepare(server, 1);
  await enterAsOperator({ server, page });
  await page.goto(`${base}/people`);
  await page.getByLabel("Name, user name or mail address").pressSequentially("Person");
  await page.getByRole("link", { name: "Person 1" }).waitFor();
  await axeInBothLooks(page);
  await page.getByRole("link", { name: "Person 1" }).click();
  await page.getByText("The person is assigned to the job.").waitFor();
  await page.getByText("Not in the target", { exact: true }).waitFor();
  await axeInBothLooks(page);
  await narrow(page);
  await tabThrough(page);
  await confirmed(page, "Do it now");
  await page.getByRole("heading", { name: "What was done" }).waitFor();
  await page.getByText("In the target", { exact: true }).first().waitFor();
  await page.getByRole("link", { name: "All values and steps" }).click();
  await page.getByRole("heading", { name: "Step by step" }).waitFor();
  assert.match(await page.locator("main").innerText(), new RegExp(logins[0]));
  await axeInBothLooks(page);
});

story("its pages serve everybody", { demo: true, patience: 300_000, trace: false }, async ({ server, page }) => {
  const { job, base } = await prepare(server, 2);
  await server.run("user", "create", `away@${SOURCE}`, "--tenant", SOURCE, "--set", "displayName=Away", "--set", "mail=away@nowhere.example", "--set", "department=Marketing");
  await server.run("job", "assign", job, `away@${SOURCE}`);
  await server.run("job", "run", job);
  await enterAsOperator({ server, page });
  const incoming = `/center/tenants/fabrikam.example/incoming`;
  const below = ["", "/runs", "/log", "/plan", "/held", "/escrow", "/people", "/insights"].map((place) => base + place);
  for (const path of [...below, incoming, `${incoming}/${job}`, `${incoming}/${job}/log`, "/center/codes"]) {
    await page.goto(path);
    await axeInBothLooks(page);
    await narrow(page);
    await tabThrough(page);
  }
});
