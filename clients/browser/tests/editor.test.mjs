/**
 * The expression editor under the policy of the admin center.
 */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { axeInBothLooks, focused, narrow, tabThrough } from "../lib/checks.mjs";
import { onPages } from "../lib/story.mjs";
import { FIELD, startWorkbench } from "../lib/workbench.mjs";

let bench;
before(async () => (bench = await startWorkbench()));
after(() => bench.stop());

function story(name, tell, options = {}) {
  test(name, { timeout: 300_000 }, () => onPages(`editor ${name}`, { url: bench.url }, options, async (parts) => {
    await parts.page.goto("/");
    await tell({ ...parts, editor: parts.page.getByRole("textbox", { name: "Expression" }) });
  }));
}

/** Empties the editor and types. */
async function type(page, editor, text) {
  await editor.focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Delete");
  await page.keyboard.type(text);
}

const field = (page) => page.locator("#expression").evaluate((one) => one.value);

story("takes the place of the textarea and keeps it in step", async ({ page, editor }) => {
  assert.equal(await page.locator("#expression").isVisible(), false);
  assert.equal(await editor.textContent(), "Left([givenName], 3)");
  await type(page, editor, 'Append("a", "b")');
  assert.equal(await field(page), 'Append("a", "b")');
  await page.getByRole("button", { name: "Start over" }).click();
  await page.waitForFunction(() => document.querySelector(".cm-content").textContent === "Left([givenName], 3)");
  await type(page, editor, "Guid()");
  await page.getByRole("button", { name: "Save" }).click();
  await page.waitForURL(/expression=Guid/);
});

story("without scripts the textarea is the field", async ({ page }) => {
  const textarea = page.getByLabel("Expression");
  assert.equal(await textarea.inputValue(), "Left([givenName], 3)");
  await textarea.fill("Guid()");
  await page.getByRole("button", { name: "Save" }).click();
  await page.waitForURL(/expression=Guid/);
}, { javaScriptEnabled: false });

story("a click on the label goes to the editor", async ({ page, editor }) => {
  await page.getByText("Expression", { exact: true }).click();
  assert.equal(await editor.evaluate((one) => one === document.activeElement), true);
});

story("says what a text gives for a person while it is typed", async ({ page, editor }) => {
  const result = page.locator("#result");
  await page.getByText("Ada", { exact: true }).waitFor();
  assert.equal(await result.getAttribute("aria-live"), "polite");
  await type(page, editor, 'Append([givenName], " 🦀")');
  await page.getByText("Ada 🦀", { exact: true }).waitFor();
  await page.getByLabel("Person").selectOption("zoe");
  await page.getByText("Zoë 🦀", { exact: true }).waitFor();
  await type(page, editor, "Left([givenName]");
  await page.waitForFunction(() => document.querySelector("#result").dataset.state === "error");
});

story("underlines a mistake where it is, behind other than ASCII", async ({ page, editor }) => {
  await editor.focus();
  await page.keyboard.press("Control+a");
  // Inserted at once, so that no bracket is closed for the typist.
  await page.keyboard.insertText('Join("é🦀世", [nö');
  const mark = page.locator(".cm-lintRange-error");
  await mark.waitFor();
  assert.equal(await mark.textContent(), "[");
  await page.keyboard.press("F8");
  await page.getByText("attribute without a closing bracket").first().waitFor();
  await page.keyboard.press("Escape");
});

story("offers attributes and functions, chosen with the keyboard", async ({ page, editor }) => {
  await type(page, editor, 'Join("世🦀", [surn');
  await page.getByRole("option", { name: /^surname/ }).waitFor();
  // The list takes keys once nobody can have pressed them for something else.
  await page.waitForFunction(() => document.querySelector(".cm-completionListIncompleteBottom, .cm-tooltip-autocomplete [aria-selected]"));
  await accept(page);
  assert.equal(await field(page), 'Join("世🦀", [surname])');
  await type(page, editor, "ToUp");
  await page.getByRole("option", { name: "ToUpper" }).waitFor();
  await accept(page);
  assert.match(await field(page), /^ToUpper\(/);
});

/** Enter is a new line until the list has been there for a moment: pressed again until it is taken. */
async function accept(page) {
  await page.waitForFunction(() => {
    const list = document.querySelector(".cm-tooltip-autocomplete");
    window.listSince = list ? window.listSince ?? performance.now() : undefined;
    return list && performance.now() - window.listSince > 120;
  });
  await page.evaluate(() => { delete window.listSince; });
  await page.keyboard.press("Enter");
  await page.locator(".cm-tooltip-autocomplete").waitFor({ state: "detached" });
}

story("Escape closes the list, and Tab leaves the editor while it is open", async ({ page, editor }) => {
  await type(page, editor, "ToUp");
  const list = page.locator(".cm-tooltip-autocomplete");
  await list.waitFor();
  await page.keyboard.press("Escape");
  await list.waitFor({ state: "detached" });
  await page.keyboard.press("Control+Space");
  await list.waitFor();
  await page.keyboard.press("Tab");
  assert.equal(await focused(page), "button Start over");
  await list.waitFor({ state: "detached" });
  assert.equal(await field(page), "ToUp");
});

story("explains a function under the pointer and with F1", async ({ page, editor }) => {
  const help = page.locator(".syn-help");
  await page.locator(".cm-line span").first().hover();
  await help.getByText("Left(string, numChars)").waitFor();
  await page.mouse.move(0, 0);
  await help.waitFor({ state: "detached" });
  await editor.focus();
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("F1");
  await help.getByText("gives the first characters of a text").waitFor();
  await page.keyboard.press("Escape");
  await help.waitFor({ state: "detached" });
});

story("marks the parameter at the cursor", async ({ page, editor }) => {
  const here = page.locator("#signature strong");
  await editor.focus();
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowLeft");
  await here.getByText("numChars").waitFor();
  await page.keyboard.press("Home");
  await here.waitFor({ state: "detached" });
  await type(page, editor, 'Left("世🦀", ');
  await here.getByText("numChars").waitFor();
  assert.equal(await page.locator("#signature").textContent(), "Left(string, numChars)");
  await page.keyboard.press("Tab");
  await here.waitFor({ state: "detached" });
});

story("picks up a field that comes later, and lets go of one that leaves", async ({ page, editor }) => {
  const put = (html) => page.evaluate((text) => { document.querySelector("#place").innerHTML = text; }, html);
  // As htmx puts a part of a page in the place of another.
  await put("");
  await editor.waitFor({ state: "detached" });
  await put(FIELD.replace("Left([givenName], 3)", "Guid()"));
  await editor.waitFor();
  assert.equal(await editor.textContent(), "Guid()");
  // A kept copy of a page holds the editor of its time, which is dead.
  const copy = await page.locator("#place").innerHTML();
  await put(copy.replaceAll(/ style="[^"]*"/g, ""));
  await page.waitForFunction(() => document.querySelectorAll(".cm-editor").length === 1);
  await type(page, editor, "Now()");
  assert.equal(await field(page), "Now()");
});

story("a selection is typed over, and a quote goes around it", async ({ page, editor }) => {
  await editor.focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("[a]");
  assert.equal(await field(page), "[a]");
  await page.keyboard.press("Control+a");
  await page.keyboard.type('"');
  assert.equal(await field(page), '"[a]"');
  await page.keyboard.press("Control+z");
  assert.equal(await field(page), "[a]");
});

story("serves everybody", async ({ page, editor }) => {
  await axeInBothLooks(page);
  await narrow(page);
  await tabThrough(page, { skip: false });
  await type(page, editor, "ToU");
  await page.locator(".cm-tooltip-autocomplete").waitFor();
  await axeInBothLooks(page);
});

story("colours every kind of part, and says nothing twice to the server", async ({ page, editor }) => {
  await editor.focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText('IIF([a] = "x\\"", 1, %p%)');
  const colour = (text) => page.locator(".cm-line span", { hasText: text }).first().evaluate((one) => getComputedStyle(one).color);
  await page.locator(".cm-line span", { hasText: "%p%" }).waitFor();
  const colours = await Promise.all(["IIF", "[a]", "\\\"", "1", "%p%"].map(colour));
  assert.equal(new Set(colours).size, colours.length, colours.join(", "));
  await page.waitForFunction(() => document.querySelector("#result").dataset.state === "error");
  const checks = bench.asked.filter(([path, { text }]) => path === "/check" && text.startsWith("IIF"));
  assert.equal(checks.length, 1);
});
