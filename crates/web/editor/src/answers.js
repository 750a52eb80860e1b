/**
 * What the server answers, in the words of the editor. Functions from values to values: nothing here
 * knows the network or the page.
 */

import { fromBytes } from "./offsets.js";

/** The findings of a check as CodeMirror underlines them. */
export function diagnostics(answer, text) {
  return (answer.diagnostics ?? []).filter((one) => one.span).map((one) => {
    const from = fromBytes(text, one.span.start);
    const to = fromBytes(text, one.span.end);
    const message = one.hint ? `${one.message}\nhint: ${one.hint}` : one.message;
    // A place between two characters is shown at the one before it, or at nothing in an empty text.
    return { from: from === to && from > 0 ? from - 1 : from, to, severity: one.severity, message };
  });
}

/** What is offered at a place; nothing is null. All that a server offers replaces the same part. */
export function completions(answer, text) {
  const offered = answer.completions ?? [];
  if (offered.length === 0) return null;
  const { replaces } = offered[0];
  return {
    from: fromBytes(text, replaces.start),
    to: fromBytes(text, replaces.end),
    // The server has chosen already, with its own idea of what fits.
    filter: false,
    options: offered.map((one) => ({
      label: one.insert,
      displayLabel: one.label,
      detail: one.kind === "function" ? "" : one.detail,
      type: one.kind,
      documentation: one.kind === "function" ? { signature: one.detail, text: one.documentation } : null,
    })),
  };
}

/** A result in words, with the state by which a style sheet tells it from others. */
export function result(answer) {
  const problems = answer.diagnostics ?? [];
  if (problems.length > 0) return { state: "error", text: problems.map((one) => one.message).join("; ") };
  if (answer.flow === "dropAttribute") return { state: "dropped", text: "(the attribute is not written)" };
  if (answer.flow === "dropObject") return { state: "dropped", text: "(the person is left out)" };
  if (answer.value === null || answer.value === undefined) return { state: "null", text: "(null)" };
  if (answer.value === "") return { state: "null", text: "(empty text)" };
  return { state: "value", text: shown(answer.value) };
}

/** `Join(separator, source1, [source], …)`, as the command line writes it. */
export function signature(one) {
  const parts = one.parameters.map(({ name, required }) => (required ? name : `[${name}]`));
  if (one.parameters.some((parameter) => parameter.variadic)) parts.push("…");
  return `${one.name}(${parts.join(", ")})`;
}

/** A signature in parts, the parameter at the cursor among them; nothing outside of a call. */
export function parts(found) {
  if (!found) return [];
  const { signature: text, parameter } = found;
  const names = [...text.slice(text.indexOf("(")).matchAll(/[\p{L}\p{N}_]+/gu)];
  const here = names.find(([name]) => name === parameter?.name);
  if (!here) return [{ text, isHere: false }];
  const start = text.indexOf("(") + here.index;
  const end = start + here[0].length;
  return [
    { text: text.slice(0, start), isHere: false },
    { text: text.slice(start, end), isHere: true },
    { text: text.slice(end), isHere: false },
  ];
}

function shown(value) {
  if (Array.isArray(value)) return value.map(shown).join(", ");
  if (value === true) return "True";
  if (value === false) return "False";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
