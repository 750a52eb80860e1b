/**
 * A mapping is written on its page in the admin center, with the expression editor.
 */

import assert from "node:assert/strict";

import { enterAsOperator } from "../lib/center.mjs";
import { axeInBothLooks } from "../lib/checks.mjs";
import { story } from "../lib/story.mjs";

/** The page of a new mapping of the demo's configuration, with the kind that is written. */
async function openNewMapping({ server, page }) {
  await enterAsOperator({ server, page });
  const [job] = await server.run("job", "list");
  await page.goto(`/center/tenants/contoso.example/jobs/${job.id}/mappings/new`);
  await page.getByLabel("Expression").first().check();
  return page.getByRole("textbox", { name: "Expression" });
}

story("an expression is written with help, tried on a real person, and saved", { demo: true }, async ({ server, page }) => {
  const editor = await openNewMapping({ server, page });
  await page.locator("#f-target").selectOption("employeeType");
  await page.locator("#f-person").fill("UserS1@contoso.example");
  await editor.focus();
  await page.keyboard.type("Left([displ");
  await page.locator(".cm-tooltip-autocomplete").getByRole("option", { name: /^displayName/ }).waitFor();
  await page.keyboard.type("ayName], 5");
  await page.locator("#signature strong", { hasText: "numChars" }).waitFor();
  await page.keyboard.type(")");
  await page.locator("#result", { hasText: /^UserS$/ }).waitFor();
  await axeInBothLooks(page);
  await page.getByRole("button", { name: "Save", exact: false }).first().click();
  await page.waitForURL(/\/mappings(\?|$)/);
  await page.getByText("Left([displayName], 5)").first().waitFor();
});

story("a mistake is underlined where it is, and nothing is saved", { demo: true }, async ({ server, page, watch }) => {
  const editor = await openNewMapping({ server, page });
  await page.locator("#f-target").selectOption("employeeType");
  await editor.focus();
  await page.keyboard.insertText('Join("é🦀", [givenName], Nope("x"))');
  const mark = page.locator(".cm-lintRange-error");
  await mark.waitFor();
  assert.equal(await mark.textContent(), "Nope");
  watch.expect(/status of 4\d\d/);
  await page.getByRole("button", { name: "Save", exact: false }).first().click();
  await page.getByText(/unknown function/).first().waitFor();
  assert.match(await editor.textContent(), /Nope/);
});
