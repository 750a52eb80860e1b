/**
 * The pages of a tenant: people found, made, changed by two at once, deleted and brought back; files.
 */

import assert from "node:assert/strict";

import { enterAsOperator, enterAsPerson } from "../lib/center.mjs";
import { axeInBothLooks, narrow, tabThrough } from "../lib/checks.mjs";
import { story } from "../lib/story.mjs";

const CONTOSO = "/center/tenants/contoso.example";

story("people are found while one types, and the address keeps the search", { demo: true }, async ({ server, page }) => {
  await server.createPerson("contoso.example", "Grace");
  await enterAsOperator({ server, page });
  await page.goto(`${CONTOSO}/users`);
  await page.evaluate(() => { window.sameDocument = true; });
  await page.keyboard.press("/");
  await page.keyboard.type("gra");
  await page.getByRole("row", { name: /UserS1@/ }).waitFor({ state: "detached" });
  await page.getByRole("row", { name: /grace@/ }).waitFor();
  assert.equal(await page.evaluate(() => window.sameDocument), true);
  assert.equal(new URL(page.url()).searchParams.get("q"), "gra");
  await page.reload();
  await page.getByRole("row", { name: /grace@/ }).waitFor();
  assert.equal(await page.getByRole("row", { name: /UserS1@/ }).count(), 0);
});

story("a user is made, and deleted only when one says so, and comes back", { demo: true }, async ({ server, page }) => {
  await enterAsOperator({ server, page });
  await page.goto(`${CONTOSO}/users/new`);
  const name = "<i>مريم</i> & Söhne";
  await page.getByLabel("Display name").fill(name);
  await page.getByLabel("User principal name", { exact: true }).fill("maryam@contoso.example");
  await page.getByRole("button", { name: "Make the user" }).click();
  const heading = () => page.getByRole("heading", { level: 1, name });
  await heading().waitFor();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").waitFor();
  await axeInBothLooks(page);
  await page.keyboard.press("Escape");
  await heading().waitFor();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByRole("button", { name: `Restore ${name}` }).click();
  await heading().waitFor();
});

story("two who edit the same person lose nothing", { demo: true }, async ({ server, page, context, watch }) => {
  watch.expect(/status of 409/);
  await enterAsOperator({ server, page });
  await page.goto(`${CONTOSO}/users?q=UserS2`);
  await page.getByRole("link", { name: "UserS2" }).click();
  await page.getByRole("link", { name: "Edit", exact: true }).click();
  const other = await context.newPage();
  await other.goto(page.url());
  await other.getByLabel("Department").fill("Support");
  await other.getByRole("button", { name: "Save" }).click();
  await other.getByText("is saved").waitFor();
  await page.getByLabel("Department").fill("Legal");
  await page.getByLabel("City").fill("Bern");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("alert").waitFor();
  await page.getByText("Support", { exact: true }).waitFor();
  assert.equal(await page.getByLabel("City").inputValue(), "Bern");
  await axeInBothLooks(page);
  await narrow(page);
  await tabThrough(page);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("is saved").waitFor();
  await page.getByText("Legal", { exact: true }).waitFor();
});

story("a file shows what it would do before it does it", { demo: true }, async ({ server, page }) => {
  await enterAsOperator({ server, page });
  await page.goto(`${CONTOSO}/import`);
  const text = "userPrincipalName,displayName,department\nnew@contoso.example,New,Sales\nUserS1@contoso.example,,Legal\nx@elsewhere.example,X,\n";
  await page.getByLabel("File", { exact: true }).setInputFiles({ name: "people.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await page.getByRole("button", { name: "See what it would do" }).click();
  await page.getByRole("heading", { name: "What the file would do" }).waitFor();
  await page.getByText("no verified domain").waitFor();
  await axeInBothLooks(page);
  await narrow(page);
  await tabThrough(page);
  assert.doesNotMatch(JSON.stringify(await server.run("user", "list", "--tenant", "contoso.example")), /new@contoso/);
  await page.getByRole("button", { name: "Bring 2 rows in" }).click();
  await page.getByText("The file is in").waitFor();
  await page.getByRole("link", { name: "To the list" }).click();
  await page.getByRole("row", { name: /new@contoso/ }).waitFor();
});

story("whoever holds no role sees themself, and signs out everywhere", { demo: true }, async ({ server, page }) => {
  await enterAsPerson({ page }, await server.createPerson("contoso.example", "Grace"));
  await page.getByRole("link", { name: "What is kept of you" }).click();
  await page.getByRole("heading", { level: 1, name: "Grace" }).waitFor();
  await axeInBothLooks(page);
  await page.goto(`${CONTOSO}/sessions`);
  await axeInBothLooks(page);
  await page.getByRole("button", { name: "Sign out everywhere" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Sign out everywhere" }).click();
  await page.waitForURL("**/center/sign-in");
});
