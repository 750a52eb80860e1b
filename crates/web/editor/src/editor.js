/**
 * One editor in the place of a textarea. The textarea stays the field of the form and is kept in step,
 * so that a page works with and without this program in the same way.
 */

import { autocompletion, closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching } from "@codemirror/language";
import { linter, nextDiagnostic, previousDiagnostic } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap, placeholder } from "@codemirror/view";

import { completions, diagnostics } from "./answers.js";
import { help, render } from "./help.js";
import { highlighting, mappingLanguage } from "./language.js";
import { parameters } from "./parameters.js";
import { Services } from "./services.js";
import { theme } from "./theme.js";
import { PAUSE, trial } from "./trial.js";

/** Read once: the policy of the first page stays when htmx puts other pages into it. */
const nonce = document.querySelector('meta[name="csp-nonce"]')?.content ?? "";

/** Puts an editor before the textarea and hides the textarea. */
export function open(textarea) {
  const services = new Services(textarea.dataset);
  const state = EditorState.create({ doc: textarea.value, extensions: extensions(textarea, services) });
  const view = new EditorView({ state });
  view.dom.dataset.editorView = "";
  textarea.before(view.dom);
  textarea.hidden = true;
  const leave = listen(textarea, view);
  return { view, close: () => { leave(); view.destroy(); textarea.hidden = false; } };
}

function extensions(textarea, services) {
  const { result, person, signature } = textarea.dataset;
  const hint = signature && services.has("complete") ? document.querySelector(signature) : null;
  const place = result && services.has("try") ? document.querySelector(result) : null;
  return [
    nonce ? EditorView.cspNonce.of(nonce) : [],
    mappingLanguage, highlighting, theme,
    history(), bracketMatching({ brackets: "()[]" }), closeBrackets(), EditorView.lineWrapping,
    EditorView.contentAttributes.of(attributes(textarea)),
    textarea.placeholder ? placeholder(textarea.placeholder) : [],
    EditorState.readOnly.of(textarea.readOnly || textarea.matches(":disabled")),
    EditorView.editable.of(!textarea.matches(":disabled")),
    EditorView.domEventHandlers({ beforeinput: replaceSelection }),
    EditorView.updateListener.of((update) => update.docChanged && keepInStep(textarea, update.state)),
    services.has("complete") ? completing(services) : [],
    services.has("check") ? linter((view) => check(services, view), { delay: PAUSE }) : [],
    help(services),
    hint ? parameters(services, hint) : [],
    place ? trial(services, place, person ? document.querySelector(person) : null) : [],
    // Tab is left to the browser: it goes on to the next field.
    keymap.of([
      { key: "F8", run: nextDiagnostic }, { key: "Shift-F8", run: previousDiagnostic },
      ...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap,
    ]),
  ];
}

/** What the textarea is called and described by, its editor is. */
function attributes(textarea) {
  const taken = {};
  for (const name of ["aria-label", "aria-labelledby", "aria-describedby", "aria-required", "aria-invalid"]) {
    if (textarea.hasAttribute(name)) taken[name] = textarea.getAttribute(name);
  }
  if (textarea.required) taken["aria-required"] = "true";
  if (textarea.readOnly) taken["aria-readonly"] = "true";
  if (!taken["aria-label"] && !taken["aria-labelledby"]) {
    const labels = [...textarea.labels].map(named).join(" ");
    Object.assign(taken, labels ? { "aria-labelledby": labels } : { "aria-label": "Expression" });
  }
  return taken;
}

function named(label, index) {
  label.id ||= `${label.control?.id || "expression"}-label-${index}`;
  return label.id;
}

/**
 * Typing over a selection. Left to itself, Chromium keeps the look of what was there with an inline
 * style, which the policy of the page refuses.
 */
function replaceSelection(event, view) {
  const { from, to, empty } = view.state.selection.main;
  const { data, inputType } = event;
  if (empty || !data || inputType !== "insertText" || view.composing || view.state.readOnly) return false;
  event.preventDefault();
  const insert = () => view.state.update(view.state.replaceSelection(data), { userEvent: "input.type", scrollIntoView: true });
  const handlers = view.state.facet(EditorView.inputHandler);
  if (!handlers.some((handle) => handle(view, from, to, data, insert))) view.dispatch(insert());
  return true;
}

/** Whoever listens to the field hears of a change as if it had been typed there. */
function keepInStep(textarea, state) {
  const text = state.doc.toString();
  if (textarea.value === text) return;
  textarea.value = text;
  textarea.dispatchEvent(new Event("input", { bubbles: true }));
}

/** The other way: what happens to the field happens to the editor. Gives what ends it. */
function listen(textarea, view) {
  const labels = [...textarea.labels];
  const focus = () => view.focus();
  const take = () => {
    const text = textarea.value;
    if (text === view.state.doc.toString()) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
  };
  // A form puts back its fields only after it has told of it.
  const reset = () => setTimeout(take);
  const refused = (event) => { event.preventDefault(); focus(); };
  let told = textarea.value;
  const left = () => {
    if (textarea.value === told) return;
    told = textarea.value;
    textarea.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const { form } = textarea;
  labels.forEach((label) => label.addEventListener("click", focus));
  textarea.addEventListener("input", take);
  textarea.addEventListener("invalid", refused);
  view.contentDOM.addEventListener("blur", left);
  form?.addEventListener("reset", reset);
  return () => {
    labels.forEach((label) => label.removeEventListener("click", focus));
    textarea.removeEventListener("input", take);
    textarea.removeEventListener("invalid", refused);
    form?.removeEventListener("reset", reset);
  };
}

async function check(services, view) {
  const text = view.state.doc.toString();
  if (text.trim() === "") return [];
  // What the server cannot say now is not the text's mistake.
  const answer = await services.check(text).catch(() => ({}));
  return diagnostics(answer, text);
}

function completing(services) {
  return autocompletion({ override: [(context) => complete(services, context)], icons: false });
}

/** Unasked only while a name is typed: a list that opens at every comma would take the Enter key. */
async function complete(services, context) {
  const text = context.state.doc.toString();
  if (!context.explicit && !/[\p{Alphabetic}\p{N}_.[%]$/u.test(text.slice(0, context.pos))) return null;
  const asked = new AbortController();
  context.addEventListener("abort", () => asked.abort());
  const answer = await services.complete(text, context.pos, asked.signal).catch(() => ({}));
  const found = completions(answer, text);
  for (const option of found?.options ?? []) {
    const { documentation } = option;
    if (documentation) option.info = () => render(documentation.signature, documentation.text);
  }
  return found;
}
