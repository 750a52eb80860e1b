/**
 * Which argument of which function is at the cursor: shown in an element of the page, with its parameter
 * marked. It is no live region, since it changes with every step of the cursor; the editor is described
 * by it instead, so that it can be asked for.
 */

import { ViewPlugin } from "@codemirror/view";

import { parts } from "./answers.js";
import { PAUSE } from "./trial.js";

/** The extension; `place` is the element. */
export function parameters(services, place) {
  return ViewPlugin.define((view) => new Parameters(view, services, place));
}

class Parameters {
  constructor(view, services, place) {
    Object.assign(this, { view, services, place });
  }

  update(update) {
    if (update.docChanged || update.selectionSet || update.focusChanged) this.plan();
  }

  destroy() {
    clearTimeout(this.timer);
    this.asked?.abort();
  }

  plan() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    this.asked?.abort();
    if (!this.view.hasFocus) return this.place.replaceChildren();
    const asked = (this.asked = new AbortController());
    const { doc, selection } = this.view.state;
    const answer = await this.services.complete(doc.toString(), selection.main.head, asked.signal).catch(() => ({}));
    if (!asked.signal.aborted) this.place.replaceChildren(...parts(answer.signature).map(render));
  }
}

function render({ text, isHere }) {
  if (!isHere) return document.createTextNode(text);
  const mark = document.createElement("strong");
  mark.textContent = text;
  return mark;
}
