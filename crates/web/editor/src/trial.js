/**
 * The result for a real person while somebody types: shown in an element of the page, which is read
 * aloud when it changes.
 */

import { ViewPlugin } from "@codemirror/view";

import { result } from "./answers.js";

/** How long nothing may be typed before the server is asked. */
export const PAUSE = 150;

/** The extension; `place` is the element for the result, `person` a field or nothing. */
export function trial(services, place, person) {
  if (!place.hasAttribute("aria-live")) place.setAttribute("aria-live", "polite");
  return ViewPlugin.define((view) => new Trial(view, services, place, person));
}

class Trial {
  constructor(view, services, place, person) {
    Object.assign(this, { view, services, place, person });
    this.again = () => this.plan(0);
    this.person?.addEventListener("change", this.again);
    this.plan(0);
  }

  update(update) {
    if (update.docChanged) this.plan(PAUSE);
  }

  destroy() {
    clearTimeout(this.timer);
    this.asked?.abort();
    this.person?.removeEventListener("change", this.again);
  }

  plan(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), pause);
  }

  /** Asks anew; an older question that has no answer yet is taken back. */
  async ask() {
    this.asked?.abort();
    const asked = (this.asked = new AbortController());
    const text = this.view.state.doc.toString();
    if (text.trim() === "") return this.show({ state: "none", text: "" });
    try {
      this.show(result(await this.services.try(text, this.person?.value ?? null, asked.signal)));
    } catch {
      if (!asked.signal.aborted) this.show({ state: "unknown", text: "The server gives no result now." });
    }
  }

  show({ state, text }) {
    this.place.dataset.state = state;
    // The same text again would be read aloud again.
    if (this.place.textContent !== text) this.place.textContent = text;
  }
}
