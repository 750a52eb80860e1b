/**
 * What every page must be: usable by everybody, by keyboard alone, on a narrow screen.
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** No rule of axe is broken, WCAG 2.2 AA and best practices included. */
export async function axe(page, options = {}) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate((chosen) => window.axe.run(document, { resultTypes: ["violations"], ...chosen }), options);
  const told = violations.map(({ id, help, nodes }) => {
    const places = nodes.map((node) => `      ${node.target.join(" ")}\n        ${node.failureSummary.replaceAll("\n", "\n        ")}`);
    return `    ${id}: ${help}\n${places.join("\n")}`;
  });
  assert.equal(told.length, 0, `axe on ${path(page)}:\n${told.join("\n")}`);
}

/** In both looks; nothing but the colours differs in the dark. */
export async function axeInBothLooks(page) {
  for (const [colorScheme, options] of [["light", {}], ["dark", { runOnly: ["color-contrast"] }]]) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(finishTransitions);
    await axe(page, options);
  }
  await page.emulateMedia({ colorScheme: null });
}

/** A colour on its way from one look to the other is the colour of neither. Runs in the page. */
async function finishTransitions() {
  await new Promise(requestAnimationFrame);
  for (const one of document.getAnimations()) if (one instanceof CSSTransition) one.finish();
}

/** On a telephone the document goes down, and never sideways. */
export async function narrow(page) {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  const found = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return null;
    // What a part of the page scrolls by itself does no harm.
    const scrolls = (one) => one && one !== document.body && (getComputedStyle(one).overflowX !== "visible" || scrolls(one.parentElement));
    const reaches = (one) => one.getBoundingClientRect().right > clientWidth + 1 || (one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 1);
    const wide = [...document.querySelectorAll("body *")].filter((one) => reaches(one) && !scrolls(one)).reverse();
    const names = wide.slice(0, 5).map((one) => `${one.tagName.toLowerCase()}.${one.className} "${one.textContent.trim().slice(0, 40)}"`);
    return `${scrollWidth} wide instead of ${clientWidth}: ${names.join(", ")}`;
  });
  assert.equal(found, null, `${path(page)} scrolls sideways`);
  await page.setViewportSize(before);
}

function path(page) {
  return new URL(page.url()).pathname;
}

/** What has the focus, in a word or two. */
export function focused(page) {
  return page.evaluate(() => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const name = one.getAttribute("aria-label") ?? one.textContent.trim().slice(0, 40);
    return `${one.tagName.toLowerCase()}${one.id ? `#${one.id}` : ""} ${name || one.getAttribute("name") || ""}`.trim();
  });
}

/**
 * Goes through the page with the Tab key alone: the first stop skips to the content where `skip` says
 * so, every stop can be seen to have the focus, every control is reached, and the page has an end. Gives
 * the stops.
 */
export async function tabThrough(page, { skip = true, limit = 400 } = {}) {
  // From the top, wherever the page has put the focus.
  await page.evaluate(startAtTop);
  const stops = [];
  let again = 0;
  for (;;) {
    await page.keyboard.press("Tab");
    const stop = await focused(page);
    if (stop === null) break;
    const { isKnown, isSame, problem } = await page.evaluate(lookAtStop);
    // A date is one field with several stops.
    if (isSame && ++again < 10) continue;
    if (isKnown) break;
    again = 0;
    assert.equal(problem, null, `${path(page)}: ${stop}: ${problem}`);
    stops.push(stop);
    assert.ok(stops.length < limit, `${path(page)}: the Tab key finds no end, last at ${stop}`);
  }
  assert.deepEqual(await page.evaluate(missedControls), [], `${path(page)}: not reached with the Tab key`);
  if (skip) assert.match(stops[0] ?? "nothing", /skip/i, `${path(page)}: the first stop skips nothing`);
  return stops;
}

function startAtTop() {
  window.stopsSoFar = new Set();
  // The next Tab key goes on from what had the focus last.
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
}

/** Controls that can be seen and used and were not reached; of radio buttons one is enough. */
function missedControls() {
  const controls = [...document.querySelectorAll("a[href], button, input, select, textarea, summary")];
  const missed = controls.filter((one) => !window.stopsSoFar.has(one) && one.checkVisibility({ visibilityProperty: true })
    && !one.disabled && one.tabIndex >= 0 && one.type !== "radio" && !one.closest("[inert]"));
  return missed.map((one) => one.outerHTML.slice(0, 120));
}

/**
 * Whether the element with the focus had it before, and why nobody can see that it has it; null when one
 * can. Runs in the page.
 */
async function lookAtStop() {
  const one = document.activeElement;
  if (window.stopsSoFar.has(one)) return { isKnown: true, isSame: one === window.lastStop };
  window.stopsSoFar.add(one);
  window.lastStop = one;
  const box = one.getBoundingClientRect();
  if (box.width === 0 || box.height === 0) return { problem: "has no size" };
  if (box.right <= 0 || box.bottom <= 0 || box.left >= innerWidth || box.top >= innerHeight) return { problem: "is outside of the window" };
  // A frame around the field may show it as well as the field itself.
  const around = [one, one.parentElement, one.parentElement?.parentElement].filter(Boolean);
  const look = () => around.map((element) => {
    const style = getComputedStyle(element);
    return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow, style.borderColor, style.backgroundColor].join("|");
  }).join("\n");
  const differs = async (from, frames) => {
    for (let frame = 0; frame < frames && look() === from; frame += 1) await new Promise(requestAnimationFrame);
    return look() !== from;
  };
  const focused = look();
  one.blur();
  // What a script shows comes and goes a moment later.
  const isGone = await differs(focused, 20);
  const blurred = look();
  one.focus();
  const isShown = isGone || (await differs(blurred, 20));
  return { problem: isShown ? null : "looks the same with and without the focus" };
}
