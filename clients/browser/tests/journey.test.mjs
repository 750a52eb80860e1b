/**
 * The whole way from two empty tenants to people in step, through the pages alone, as the administrators
 * of the two tenants: each sees the own tenant only.
 */

import assert from "node:assert/strict";

import { Watch } from "../lib/browser.mjs";
import { enterAsOperator, enterAsPerson } from "../lib/center.mjs";
import { axeInBothLooks, narrow, tabThrough } from "../lib/checks.mjs";
import { story } from "../lib/story.mjs";

const PATIENCE = 600_000;
const ROLE = "Global Administrator";

/** Another person at another browser. */
async function another({ context, url }) {
  const own = await context.browser().newContext({ baseURL: url, locale: "en-US" });
  own.setDefaultTimeout(60_000);
  return { page: await own.newPage(), watch: await Watch.open(own, [new URL(url).origin]), close: () => own.close() };
}

/** The page is well, looked at by everybody. */
async function serves(page) {
  await axeInBothLooks(page);
  await narrow(page);
}

/** Adds somebody to a tenant on its page. */
async function addUser(page, domain, name, department) {
  await page.goto(`/center/tenants/${domain}/users/new`);
  await page.locator("details").evaluateAll((all) => all.forEach((one) => (one.open = true)));
  const values = { userPrincipalName: `${name.toLowerCase()}@${domain}`, displayName: name, mail: `${name.toLowerCase()}@${domain}`, department };
  for (const [field, value] of Object.entries(values)) await page.locator(`#f-${field}`).fill(value);
  await page.locator("main form button.primary").click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
}

/** Presses a button of the page, and answers its question. */
async function press(page, name, { asks = false } = {}) {
  await page.locator("main").getByRole("button", { name }).first().click();
  if (asks) await page.locator("dialog").getByRole("button", { name }).click();
}

/** The step of the setup, with where it stands. */
function step(page, title, word) {
  return page.locator(".stages li").filter({ hasText: title }).filter({ hasText: word });
}

story("two administrators bring people from one tenant into the other", { patience: PATIENCE, trace: false }, async (parts) => {
  const { server, page } = parts;
  await server.createTenant("Contoso", "contoso.example");
  await server.createTenant("Fabrikam", "fabrikam.example");
  await enterAsPerson({ page }, await server.createPerson("contoso.example", "Ada", ROLE));
  const other = await another(parts);
  await enterAsPerson({ page: other.page }, await server.createPerson("fabrikam.example", "Tom", ROLE));

  // The source's people.
  for (const [name, department] of [["UserS1", "Marketing"], ["UserS2", "Sales"], ["UserS3", "Marketing"]]) {
    await addUser(page, "contoso.example", name, department);
  }

  // A configuration, from the first steps.
  await page.goto("/center");
  await page.getByRole("link", { name: "First steps" }).click();
  await serves(page);
  await page.getByRole("link", { name: "New configuration" }).click();
  await page.getByLabel("Name").fill("Marketing to Fabrikam");
  await page.getByLabel("Target tenant").fill("fabrikam.example");
  await press(page, "Look it up");
  await page.getByText("Fabrikam (fabrikam.example)").waitFor();
  await page.getByText("is not among the organizations").waitFor();
  await serves(page);
  await press(page, "Make the configuration");

  // The connection test tells who has to act; this side does its own half.
  await step(page, "Connection test", "to do").waitFor();
  assert.equal(await page.locator(".checks .failed").count(), 3);
  await serves(page);
  await tabThrough(page);
  await press(page, "Allow it here");
  await step(page, "Connection test", "waits for the other side").waitFor();
  assert.equal(await page.locator(".checks .failed").count(), 2);
  const link = await page.locator("#f-link").inputValue();
  assert.match(await page.locator("#f-request").inputValue(), /Contoso \(contoso\.example\)/);

  // The other side follows the link that it was sent.
  await other.page.goto(link);
  await other.page.getByRole("heading", { level: 1, name: "Contoso" }).waitFor();
  await serves(other.page);
  await other.page.getByLabel("Allow users sync into this tenant").check();
  await press(other.page, "Save inbound access");
  await other.page.getByText("Enable cross-tenant sync and automatic redemption?").waitFor();
  await axeInBothLooks(other.page);
  await press(other.page, "Yes, enable both");
  await other.page.getByRole("status").getByText("were saved").waitFor();
  await tabThrough(other.page);

  // Back in the source, all checks have passed.
  await page.getByRole("link", { name: "Test again" }).click();
  await step(page, "Connection test", "done").waitFor();
  assert.equal(await page.locator(".checks .failed").count(), 0);

  // Whom: three people, of whom a filter leaves two.
  await page.getByRole("link", { name: /^Next: Scope/ }).click();
  await page.getByRole("link", { name: "Assign people and groups" }).click();
  for (const name of ["UserS1", "UserS2", "UserS3"]) {
    await page.locator("#f-q").fill(name);
    await press(page, new RegExp(`Assign.*${name}`));
    await page.getByRole("status").waitFor();
  }
  await page.getByRole("link", { name: "Go on with the setup" }).click();
  await step(page, "Scope and assignment", "done").waitFor();
  await page.getByRole("link", { name: "Filter", exact: true }).click();
  await page.getByRole("link", { name: "Edit the filter" }).click();
  await press(page, "Write it as text");
  await page.locator("#f-text").fill('department EQUALS "Marketing"');
  await press(page, "Save");
  await page.getByRole("link", { name: "Go on with the setup" }).click();
  await step(page, "Filter", "done").waitFor();

  // What flows is looked at.
  await page.getByRole("link", { name: "Mappings", exact: true }).last().click();
  await page.getByText("attributes flow into the target").waitFor();
  await serves(page);

  // What would happen, to everybody.
  await page.getByRole("link", { name: "Next: Review" }).click();
  await press(page, "Preview the whole plan");
  await page.getByRole("heading", { name: "First differences" }).waitFor();
  await page.getByRole("rowheader", { name: /users1@/i }).waitFor();
  await page.getByRole("rowheader", { name: /users3@/i }).waitFor();
  assert.equal(await page.getByRole("rowheader", { name: /users2@/i }).count(), 0);
  await page.getByText("The scoping filter is false for the person.").waitFor();
  await serves(page);

  // One person first.
  await page.getByRole("link", { name: "Next: One person first" }).click();
  await page.getByRole("link", { name: "Choose a person" }).click();
  await page.locator("#f-q").fill("UserS1");
  await page.getByRole("link", { name: "UserS1", exact: true }).click();
  await press(page, "Do it now", { asks: true });
  await page.getByRole("heading", { name: "What was done" }).or(page.locator(".way")).first().waitFor();
  await page.getByRole("link", { name: "Go on with the setup" }).click();
  await step(page, "One person first", "done").waitFor();

  // Then all.
  await step(page, "Start", "to do").getByRole("link").click();
  await press(page, "Start");
  await step(page, "Start", "done").waitFor();
  await page.locator("[sse-swap=runs] .badge").first().waitFor();
  await serves(page);

  // The other side sees who came, and what rests on its settings.
  await other.page.goto("/center/tenants/fabrikam.example/users");
  for (const name of ["UserS1", "UserS3"]) await other.page.getByRole("link", { name, exact: true }).waitFor();
  assert.equal(await other.page.getByRole("link", { name: "UserS2", exact: true }).count(), 0);
  await other.page.goto("/center/tenants/fabrikam.example/access/contoso.example");
  await other.page.getByText("2 people in step").waitFor();

  // Turning it off is asked about, and the people stay.
  await other.page.getByLabel("Allow users sync into this tenant").uncheck();
  await press(other.page, "Save inbound access");
  await other.page.getByText(/This stops Marketing to Fabrikam/).waitFor();
  await other.page.getByRole("link", { name: "Keep it as it is" }).click();
  assert.equal(await other.page.getByLabel("Allow users sync into this tenant").isChecked(), true);

  other.watch.verify();
  await other.close();
});

story("an operator is led through the first steps to both sides on one page", { patience: PATIENCE }, async ({ server, page }) => {
  await page.goto(await server.operatorLink());
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/center/start");
  await serves(page);
  for (const [name, domain] of [["Contoso", "contoso.example"], ["Fabrikam", "fabrikam.example"]]) {
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("Domain").fill(domain);
    await press(page, "Add the tenant");
    await page.getByRole("status").getByText(`${name} is there.`).waitFor();
  }
  await page.getByRole("heading", { name: "Next: bring people in" }).waitFor();
  await page.getByRole("link", { name: "Add somebody to Contoso" }).click();
  await addUser(page, "contoso.example", "Ada", "Marketing");
  await page.goto("/center/start");
  await page.getByRole("link", { name: "Contoso to Fabrikam", exact: true }).click();
  await serves(page);
  const out = page.getByRole("group", { name: "People of Contoso who go to Fabrikam" });
  for (const label of [/In Fabrikam: Allow users sync/, /In Fabrikam: Automatically redeem/, /In Contoso: Automatically redeem/]) {
    await out.getByLabel(label).check();
  }
  await press(page, "Save both sides");
  await page.getByRole("status").waitFor();
  await page.goto("/center/start");
  await page.getByRole("link", { name: "Contoso to Fabrikam", exact: true }).click();
  await press(page, "Make the configuration");
  await step(page, "Connection test", "done").waitFor();
});

story("of two administrators at one form the second sees what the first changed", { demo: true, patience: PATIENCE }, async (parts) => {
  const { server, page } = parts;
  await enterAsOperator(parts);
  const [job] = await server.run("job", "list").then((all) => (Array.isArray(all) ? all : all.jobs));
  const address = `/center/tenants/contoso.example/jobs/${job.id}/settings`;
  const other = await another(parts);
  await enterAsPerson({ page: other.page }, await server.createPerson("contoso.example", "Ada", ROLE));
  await page.goto(address);
  await serves(page);
  await tabThrough(page);
  await other.page.goto(address);
  await other.page.getByLabel("Remove people").first().uncheck();
  await press(other.page, "Save: Actions");
  await other.page.getByRole("status").waitFor();
  await page.getByLabel("Create people").uncheck();
  parts.watch.expect(/status of 409/);
  await press(page, "Save: Actions");
  await page.getByText("Somebody else has changed this since you opened the page.").waitFor();
  assert.equal(await page.getByLabel("Create people").isChecked(), false);
  await axeInBothLooks(page);
  await page.getByRole("link", { name: "Take what stands now" }).click();
  assert.equal(await page.getByLabel("Create people").isChecked(), true);
  assert.equal(await page.getByLabel("Remove people").first().isChecked(), false);
  other.watch.verify();
  await other.close();
});
