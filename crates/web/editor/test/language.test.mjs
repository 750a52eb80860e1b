import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { join } from "node:path";

import { matchBrackets } from "@codemirror/language";
import { EditorState } from "@codemirror/state";

import { mappingLanguage } from "../src/language.js";

/** The parts of a text as `kind:text`, without white space. */
function parts(text) {
  const found = [];
  mappingLanguage.parser.parse(text).iterate({
    enter: (node) => {
      if (!node.node.firstChild && node.name !== "Document") found.push(`${node.name}:${text.slice(node.from, node.to)}`);
    },
  });
  return found;
}

test("functions, attributes, texts and numbers", () => {
  assert.deepEqual(parts('Left([givenName], 3) <> "x"'), [
    "function:Left", "bracket1:(", "reference:[givenName]", "separator:,", "number:3", "bracket1:)",
    "operator:<>", "text:\"x\"",
  ]);
  assert.deepEqual(parts("-1.5 &HF7 %DomainFQDN% vbTextCompare NULL Zürich ,"), [
    "number:-1.5", "number:&HF7", "parameter:%DomainFQDN%", "constant:vbTextCompare", "constant:NULL", "word:Zürich", "separator:,",
  ]);
});

test("a function's parenthesis may stand in another line", () => {
  assert.equal(parts("Trim\n\n  ([a])")[0], "function:Trim");
  assert.equal(parts("Trim [a]")[0], "word:Trim");
});

test("only a quote and a backslash are escaped", () => {
  assert.deepEqual(parts(String.raw`"a\"b\\c\nd"`), [
    'text:"a', String.raw`escape:\"`, "text:b", String.raw`escape:\\`, String.raw`text:c\nd"`,
  ]);
});

test("a text and an attribute go on in the next line", () => {
  assert.deepEqual(parts('"a\n(b" 1'), ['text:"a', "text:(b\"", "number:1"]);
  assert.deepEqual(parts("[a\nb] 1"), ["reference:[a", "reference:b]", "number:1"]);
});

test("brackets nest in an attribute, and a quote hides them", () => {
  assert.deepEqual(parts('[phones[type eq "]w"].value] 1'), [
    'reference:[phones[type eq ', 'text:"]w"', "reference:].value]", "number:1",
  ]);
});

test("colours of brackets take turns with the depth", () => {
  const kinds = parts("A(B(C(D(1))))").filter((part) => part.startsWith("bracket"));
  assert.deepEqual(kinds.map((part) => part.slice(7)), ["1:(", "2:(", "3:(", "1:(", "1:)", "3:)", "2:)", "1:)"]);
});

test("brackets find their partners, and none in a text", () => {
  const text = 'Join(")", Left([a], 1))';
  const state = EditorState.create({ doc: text, extensions: mappingLanguage });
  const partner = (at) => matchBrackets(state, at, 1, { brackets: "()[]" })?.end?.from;
  assert.equal(partner(4), text.length - 1);
  assert.equal(partner(text.indexOf("[")), text.indexOf("]"));
});

test("what begins no token is invalid", () => {
  for (const text of ["!", "==", "'a'", "%x", "&&", "12a", "&HXY", ")", "🦀"]) {
    assert.equal(parts(text)[0].split(":")[0], "invalid", text);
  }
});

// The vectors of the language itself: every expression that it takes has no invalid part here.
test("no part of a valid expression is invalid", () => {
  const file = join(process.env.SYNCLINE_ROOT, "crates/expr/tests/vectors.jsonl");
  const vectors = readFileSync(file, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
  const valid = vectors.filter((vector) => !vector.expect_error);
  assert.ok(valid.length > 100);
  for (const { id, expr } of valid) {
    assert.deepEqual(parts(expr).filter((part) => part.startsWith("invalid")), [], id);
  }
});
