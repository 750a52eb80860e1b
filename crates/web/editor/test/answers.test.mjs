import assert from "node:assert/strict";
import { test } from "node:test";

import { completions, diagnostics, parts, result, signature } from "../src/answers.js";

test("a finding is underlined where it is, behind other than ASCII too", () => {
  const text = 'Join("é🦀", [nö';
  const span = { start: 15, end: 16 };
  assert.equal(Buffer.from(text).subarray(span.start, span.end).toString(), "[");
  const answer = { valid: false, diagnostics: [{ severity: "error", span, message: "no bracket", hint: "close it" }] };
  const [found] = diagnostics(answer, text);
  assert.equal(text.slice(found.from, found.to), "[");
  assert.equal(found.severity, "error");
  assert.equal(found.message, "no bracket\nhint: close it");
});

test("a finding at the end is shown at the last character", () => {
  const answer = { diagnostics: [{ severity: "error", span: { start: 3, end: 3 }, message: "more", hint: null }] };
  assert.deepEqual(diagnostics(answer, "Le("), [{ from: 2, to: 3, severity: "error", message: "more" }]);
});

test("findings without a place are left out", () => {
  assert.deepEqual(diagnostics({ diagnostics: [{ message: "the target has no such attribute" }] }, "x"), []);
});

test("an offer replaces what was typed", () => {
  const text = 'Join("ä🦀", [giv';
  const replaces = { start: 16, end: 19 };
  const one = { label: "givenName", insert: "givenName]", kind: "attribute", detail: "a text", documentation: "", replaces };
  const found = completions({ completions: [one] }, text);
  assert.equal(text.slice(found.from, found.to), "giv");
  assert.equal(found.options[0].label, "givenName]");
  assert.equal(found.options[0].displayLabel, "givenName");
  assert.equal(completions({ completions: [] }, text), null);
});

test("results in words", () => {
  const cases = [
    [{ flow: "value", value: "Ada" }, "value", "Ada"],
    [{ flow: "value", value: ["a", true, 3] }, "value", "a, True, 3"],
    [{ flow: "value", value: "" }, "null", "(empty text)"],
    [{ flow: "value", value: null }, "null", "(null)"],
    [{ flow: "value", value: false }, "value", "False"],
    [{ flow: "dropObject" }, "dropped", "(the person is left out)"],
    [{ flow: "dropAttribute" }, "dropped", "(the attribute is not written)"],
    [{ diagnostics: [{ message: "one" }, { message: "two" }] }, "error", "one; two"],
  ];
  for (const [answer, state, text] of cases) assert.deepEqual(result(answer), { state, text });
});

test("a signature reads as on the command line", () => {
  const parameter = (name, required, variadic) => ({ name, required, variadic });
  const join = { name: "Join", parameters: [parameter("separator", true, false), parameter("source", false, true)] };
  assert.equal(signature(join), "Join(separator, [source], …)");
});

test("the parameter at the cursor is marked in its signature", () => {
  const marked = (signature, name) => parts({ signature, parameter: name && { name } }).map((one) => (one.isHere ? `<${one.text}>` : one.text)).join("");
  assert.equal(marked("Left(string, numChars)", "numChars"), "Left(string, <numChars>)");
  assert.equal(marked("Join(separator, source1, [source], …)", "source"), "Join(separator, source1, [<source>], …)");
  assert.equal(marked("Count(Count)", "Count"), "Count(<Count>)");
  assert.equal(marked("Guid()", null), "Guid()");
  assert.deepEqual(parts(null), []);
});
