/**
 * Whom a configuration takes and what flows: the filter with its live count, assignment, the mapping
 * editor with completion, mistakes and results, and two administrators at once.
 */

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { enterAsOperator, enterAsPerson } from "../lib/center.mjs";
import { axeInBothLooks, narrow, tabThrough } from "../lib/checks.mjs";
import { story } from "../lib/story.mjs";

const PAGES = [
  "/scope", "/scope/assigned?q=user", "/scope/groups", "/mappings", "/mappings?for=groups", "/mappings/department",
  "/mappings/new", "/mappings/tests", "/mappings/tests/edit?from=users1@contoso.example", "/mappings/schema",
];

/** The address of the demo's configuration. */
async function base(server) {
  const jobs = await server.run("job", "list");
  const [{ id }] = Array.isArray(jobs) ? jobs : jobs.jobs;
  return `/center/tenants/contoso.example/jobs/${id}`;
}

async function open({ server, page }, path) {
  await enterAsOperator({ server, page });
  const address = await base(server);
  await page.goto(address + path);
  return address;
}

story("a filter is built while the page counts who would be in", { demo: true }, async ({ server, page }) => {
  await open({ server, page }, "/scope");
  const preview = page.locator("#preview");
  await preview.getByText("UserS1@contoso.example").first().waitFor();
  // Somebody types, and everybody of the demo would be out.
  await page.getByLabel("Compared with").fill("Nowhere");
  await preview.getByRole("heading", { name: "Who would leave (2)" }).waitFor();
  await preview.getByText("the value is 'Marketing'").first().waitFor();
  await page.getByRole("button", { name: "AND another clause" }).click();
  const second = page.getByRole("group", { name: "Clause 2" });
  await second.getByLabel("Attribute").selectOption("accountEnabled");
  await second.locator("option[value='REGEX MATCH']").waitFor({ state: "detached" });
  assert.equal(await second.getByLabel("Operator").inputValue(), "IS TRUE");
  await page.getByRole("button", { name: "Remove clause 1" }).click();
  await preview.getByRole("heading", { name: "Who is in (2)" }).waitFor();
  await page.getByRole("button", { name: "Write it as text" }).click();
  assert.match(await page.getByLabel("Filter as text").inputValue(), /accountEnabled IS TRUE/);
  await page.getByLabel("Filter as text").fill("department EQUALS 'Nowhere'");
  await preview.getByRole("heading", { name: "Who would leave (2)" }).waitFor();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("2 people are in the target now and would leave it").waitFor();
  await axeInBothLooks(page);
  await page.getByRole("button", { name: "Save all the same" }).click();
  await page.getByText("The scope is saved").waitFor();
  assert.equal(await page.getByLabel("Compared with").inputValue(), "Nowhere");
});

story("what takes longer to count goes on while its page shows how far it is", { demo: true }, async ({ server, page }) => {
  const lines = Array.from({ length: 9_000 }, (_, index) => `person${index}@contoso.example,Person ${index},${index % 3 ? "Sales" : "Marketing"}`);
  const file = join(server.folder, "people.csv");
  await writeFile(file, ["userPrincipalName,displayName,department", ...lines].join("\n"));
  await server.run("user", "import", file, "--tenant", "contoso.example");
  await open({ server, page }, "/scope");
  const preview = page.locator("#preview");
  await page.getByLabel("Everybody whose home is this tenant").check();
  await preview.getByRole("heading", { name: "Who is in (3,002)" }).waitFor();
  await preview.getByRole("heading", { name: "Who is out, and why (6,001)" }).waitFor();
  assert.equal(await preview.getByRole("progressbar").count(), 0);
  // Another draft ends the count of the one before.
  await page.getByLabel("Compared with").fill("Sales");
  await preview.getByRole("heading", { name: "Who is in (6,001)" }).waitFor();
  await axeInBothLooks(page);
});

story("a mapping is written with offers, mistakes and what comes out", { demo: true }, async ({ server, page }) => {
  await open({ server, page }, "/mappings/department");
  await page.getByLabel("An expression").check();
  const editor = page.getByRole("textbox", { name: "Expression" });
  await editor.click();
  await page.keyboard.press("Control+A");
  await page.keyboard.type("ToUper([depa");
  // A click takes an offer at once; keys are left to whoever still types for a moment.
  await page.getByRole("option", { name: /^department/ }).click();
  await page.locator(".cm-lintRange-error").first().waitFor();
  await page.keyboard.press("Home");
  for (let step = 0; step < 4; step += 1) await page.keyboard.press("ArrowRight");
  await page.keyboard.type("p");
  await page.locator("#result[data-state=value]", { hasText: "MARKETING" }).waitFor();
  assert.equal(await page.locator(".cm-lintRange-error").count(), 0);
  const row = page.locator("#effect").getByRole("row", { name: /^department/ });
  await row.locator(".now", { hasText: "MARKETING" }).waitFor();
  assert.match(await row.textContent(), /Marketing/);
  // Another person.
  await page.getByLabel("Person of the source").fill("UserS2@contoso.example");
  await page.getByLabel("Person of the source").press("Tab");
  await page.locator("#result", { hasText: "SALES" }).waitFor();
  await axeInBothLooks(page);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("The mapping of department is saved").waitFor();
  await page.getByRole("row", { name: /^department/ }).getByText("ToUpper([department])").waitFor();
});

story("two administrators change the same mapping, and nothing is lost", { demo: true }, async ({ server, page, context, watch }) => {
  const address = await open({ server, page }, "/mappings/city");
  const other = await context.browser().newContext({ baseURL: server.url, locale: "en-US" });
  const grace = await other.newPage();
  await enterAsPerson({ page: grace }, await server.createPerson("contoso.example", "Grace", "Hybrid Identity Administrator"));
  await grace.goto(`${address}/mappings/city`);
  for (const [one, text] of [[grace, "Rome"], [page, "Milan"]]) {
    await one.getByLabel("Always the same").check();
    await one.getByLabel("Text", { exact: true }).fill(text);
  }
  await grace.getByRole("button", { name: "Save", exact: true }).click();
  await grace.getByText("The mapping of city is saved").waitFor();
  watch.expect(/409/);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  const conflict = page.locator("#conflict");
  await conflict.getByText('"Rome"').waitFor();
  await conflict.getByText('"Milan"').waitFor();
  assert.equal(await page.getByLabel("Text", { exact: true }).inputValue(), "Milan");
  await axeInBothLooks(page);
  await narrow(page);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("row", { name: /^city/ }).getByText('"Milan"').waitFor();
  await other.close();
});

story("people are assigned and taken out with the keyboard alone", { demo: true }, async ({ server, page }) => {
  await open({ server, page }, "/scope/assigned");
  await page.getByLabel("Search people and groups").focus();
  await page.keyboard.type("UserS2");
  const assign = page.getByRole("button", { name: "Assign UserS2" });
  await assign.waitFor();
  await assign.focus();
  await page.keyboard.press("Enter");
  await page.getByText("UserS2 is assigned.").waitFor();
  await page.getByRole("link", { name: "Take out UserS2" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("is assigned in no other way").waitFor();
  await axeInBothLooks(page);
  await narrow(page);
  await tabThrough(page);
  await page.getByRole("button", { name: "Take out" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("UserS2 was taken out").waitFor();
});

story("a filter is changed with the keyboard alone, and Enter saves it", { demo: true }, async ({ server, page }) => {
  await open({ server, page }, "/scope");
  await page.getByRole("button", { name: "OR another group" }).focus();
  await page.keyboard.press("Enter");
  // The new clause has the focus.
  await page.waitForFunction(() => document.activeElement?.id === "c1-attribute");
  await page.keyboard.type("city");
  await page.waitForFunction(() => document.querySelector("#c1-attribute").value === "city");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Rome");
  await page.keyboard.press("Enter");
  await page.getByText("The scope is saved").waitFor();
  assert.equal(await page.locator("#c1-operand").inputValue(), "Rome");
});

story("filters and mappings need no scripts", { demo: true, javaScriptEnabled: false }, async ({ server, page }) => {
  await enterAsPerson({ page }, await server.createPerson("contoso.example", "Grace", "Global Administrator"));
  await page.goto(`${await base(server)}/scope`);
  await page.getByRole("button", { name: "AND another clause" }).click();
  await page.getByRole("group", { name: "Clause 2" }).getByLabel("Attribute").selectOption("city");
  await page.getByRole("group", { name: "Clause 2" }).getByLabel("Operator").selectOption("IS NULL");
  await page.getByRole("button", { name: "Count who is in" }).click();
  await page.getByRole("heading", { name: "Who is in (2)" }).waitFor();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("The scope is saved").waitFor();
  await page.goto(`${await base(server)}/mappings/department`);
  await page.getByLabel("An expression").check();
  await page.getByLabel("Expression", { exact: true }).fill("ToUpper([department])");
  await page.getByRole("button", { name: "Show it" }).click();
  await page.getByText("MARKETING", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("The mapping of department is saved").waitFor();
});

story("a mapping test is made from a real person, and a document is looked at before it is imported", { demo: true }, async ({ server, page, context }) => {
  const address = await open({ server, page }, "/mappings/tests");
  await page.getByLabel("Person of the source").fill("UserS1@contoso.example");
  await page.getByRole("button", { name: "Fill in" }).click();
  await page.getByLabel("Values", { exact: true }).fill("department = Sales");
  await page.getByRole("button", { name: "Save and run" }).click();
  await page.getByText("failed", { exact: true }).waitFor();
  await axeInBothLooks(page);
  await page.getByRole("button", { name: /^Remove the test/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
  await page.getByText("No test yet").waitFor();
  const file = await context.request.get(`${address}/mappings/schema/file?names=graph`);
  const text = (await file.text()).replaceAll("[jobTitle]", "[employeeId]");
  await page.goto(`${address}/mappings/schema`);
  await page.getByLabel("Document").setInputFiles({ name: "schema.json", mimeType: "application/json", buffer: Buffer.from(text) });
  await page.getByRole("button", { name: "Show what it would change" }).click();
  await page.getByRole("heading", { name: "What the document would change" }).waitFor();
  await axeInBothLooks(page);
  await narrow(page);
  await page.getByRole("button", { name: "Import it" }).click();
  await page.getByText("The document was imported").waitFor();
});

story("every page of the rules serves everybody", { demo: true }, async ({ server, page }) => {
  const address = await open({ server, page }, "/scope");
  for (const path of PAGES) {
    await page.goto(address + path);
    if (path === "/scope") await page.locator("#preview h3").first().waitFor();
    if (path === "/mappings/department") await page.locator("#effect table").waitFor();
    await axeInBothLooks(page);
    await narrow(page);
    await tabThrough(page);
  }
});

story("a reader sees the rules, changes nothing and is told why", { demo: true }, async ({ server, page }) => {
  await enterAsPerson({ page }, await server.createPerson("contoso.example", "Rita", "Global Reader"));
  const address = await base(server);
  for (const path of ["/scope", "/mappings/department", "/mappings/tests"]) {
    await page.goto(address + path);
    await page.getByText("You see this and cannot change it").waitFor();
    assert.equal(await page.getByRole("button", { name: "Save", exact: true }).count(), 0);
    await axeInBothLooks(page);
  }
});
