/**
 * What a function does, beside the text: under the pointer, and with F1 at the cursor.
 */

import { syntaxTree } from "@codemirror/language";
import { activateHover, closeHoverTooltips, hasHoverTooltips, hoverTooltip, keymap } from "@codemirror/view";

import { signature } from "./answers.js";

/** The extension; Escape closes what it shows. */
export function help(services) {
  const tooltip = hoverTooltip(async (view, at, side) => {
    const place = functionAt(view.state, at, side);
    if (!place) return null;
    const found = await services.findFunction(place.name).catch(() => undefined);
    if (!found) return null;
    return { pos: place.from, end: place.to, above: true, create: () => ({ dom: render(signature(found), describe(found), found.examples) }) };
  }, { hideOnChange: true });
  const open = (view) => {
    const { head } = view.state.selection.main;
    const side = functionAt(view.state, head, 1) ? 1 : -1;
    if (!functionAt(view.state, head, side)) return false;
    activateHover(view, head, side, { tooltip, until: (transaction) => transaction.docChanged || Boolean(transaction.selection) });
    return true;
  };
  const close = (view) => {
    if (!hasHoverTooltips(view.state)) return false;
    view.dispatch({ effects: closeHoverTooltips });
    return true;
  };
  return [tooltip, keymap.of([{ key: "F1", run: open }, { key: "Escape", run: close }])];
}

/** A box with a signature, paragraphs, and calls with what they give. */
export function render(title, text, examples = []) {
  const box = document.createElement("div");
  box.className = "syn-help";
  const head = box.appendChild(document.createElement("div"));
  head.className = "syn-signature";
  head.textContent = title;
  for (const paragraph of text.split("\n\n").filter(Boolean)) {
    box.appendChild(document.createElement("p")).textContent = paragraph;
  }
  if (examples.length > 0) {
    const lines = examples.slice(0, 3).map((one) => `${one.expression}\n  ${one.result}`);
    box.appendChild(document.createElement("pre")).textContent = lines.join("\n");
  }
  return box;
}

function describe(found) {
  return `${found.summary}\n\n${found.doc}`;
}

function functionAt(state, at, side) {
  const node = syntaxTree(state).resolveInner(at, side);
  if (node.name !== "function") return null;
  return { name: state.sliceDoc(node.from, node.to), from: node.from, to: node.to };
}
