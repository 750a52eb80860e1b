/**
 * Finds the textareas that want an editor, `<textarea data-editor …>`, now and whenever the page
 * changes, and closes editors that have left the page.
 */

import { open } from "./editor.js";

const FIELDS = "textarea[data-editor]";
const editors = new Map();

function enhance(root) {
  const fields = root.matches?.(FIELDS) ? [root] : root.querySelectorAll?.(FIELDS) ?? [];
  for (const field of fields) {
    if (editors.has(field)) continue;
    // A copy of an editor may have come along with a page that htmx kept.
    const before = field.previousElementSibling;
    if (before?.dataset.editorView !== undefined) before.remove();
    editors.set(field, open(field));
  }
}

function leave() {
  for (const [field, editor] of editors) {
    if (field.isConnected) continue;
    editor.close();
    editors.delete(field);
  }
}

function follow(changes) {
  for (const change of changes) {
    for (const node of change.addedNodes) {
      if (node.nodeType === Node.ELEMENT_NODE && node.isConnected) enhance(node);
    }
  }
  leave();
}

function start() {
  enhance(document);
  new MutationObserver(follow).observe(document.documentElement, { childList: true, subtree: true });
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
