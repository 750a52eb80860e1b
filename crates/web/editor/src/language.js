/**
 * The mapping language for the eye: which part of a text is what. What is wrong with a text is said by
 * the server; here a part is `invalid` only where no token can begin. It reads tokens as
 * `crates/expr/src/lexer.rs` does, line by line, since CodeMirror asks so.
 */

import { StreamLanguage, HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { Tag } from "@lezer/highlight";

import { colour } from "./theme.js";

/** The kinds of parts. */
const KINDS = [
  "function", "reference", "text", "escape", "number", "constant", "parameter", "operator",
  "separator", "bracket1", "bracket2", "bracket3", "word", "invalid",
];

/** What a page calls the colours of two of them; CodeMirror has meanings of its own for these names. */
const NAMES = { reference: "attribute", text: "string" };

const tags = Object.fromEntries(KINDS.map((kind) => [kind, Tag.define(kind)]));

const CONSTANTS = new Set([
  "vbtextcompare", "vbbinarycompare", "ignoreattributeflow", "ignoreobjectflow", "true", "false", "null",
]);
const WORD = /^[\p{Alphabetic}\p{N}_]+/u;

/** The language, with what the editor wants to know about it. */
export const mappingLanguage = StreamLanguage.define({
  name: "syncline-mapping",
  startState: () => ({ depth: 0, inside: null, brackets: 0 }),
  token,
  tokenTable: tags,
  languageData: { closeBrackets: { brackets: ["(", "[", '"'] } },
});

/** Colours are variables of the page, so that light and dark are a matter of its style sheet. */
export const highlighting = syntaxHighlighting(
  HighlightStyle.define(KINDS.map((kind) => ({ tag: tags[kind], color: colour(NAMES[kind] ?? kind) }))),
);

function token(stream, state) {
  if (state.inside === "text") return text(stream, state);
  if (state.inside) return attribute(stream, state);
  if (stream.eatSpace()) return null;
  const next = stream.peek();
  if (next === '"') {
    stream.next();
    state.inside = "text";
    return "text";
  }
  if (next === "[") return attribute(stream, state);
  if (next === "(" || next === ")") return parenthesis(stream, state);
  if (next === "%") return stream.match(/^%[\p{Alphabetic}\p{N}_.-]+%/u) ? "parameter" : invalid(stream);
  if (next === "&") return stream.match(/^&[Hh][0-9A-Fa-f]{1,16}(?![\p{Alphabetic}\p{N}_])/u) ? "number" : invalid(stream);
  if (/[-0-9]/.test(next)) return number(stream);
  const word = stream.match(WORD);
  if (word) return kindOfWord(word[0], stream);
  if (stream.match(/^(<>|<=|>=|=(?!=)|<|>)/)) return "operator";
  if (stream.eat(",")) return "separator";
  return invalid(stream);
}

/** The rest of a text literal, which may go on in the next line; only `\"` and `\\` are escapes. */
function text(stream, state) {
  if (stream.match(/^\\["\\]/)) return "escape";
  if (stream.eat('"')) {
    state.inside = null;
    return "text";
  }
  if (!stream.match(/^([^"\\]|\\(?!["\\]))+/)) stream.next();
  return "text";
}

/**
 * A part of an attribute: brackets one by one, so that their partners are found, and what stands
 * between them. A quote opens a part in which brackets do not count.
 */
function attribute(stream, state) {
  if (state.inside !== "quoted") {
    if (stream.eat("[")) {
      state.brackets += 1;
      state.inside = "attribute";
      return "reference";
    }
    if (stream.eat("]")) {
      state.brackets -= 1;
      if (state.brackets === 0) state.inside = null;
      return "reference";
    }
  }
  if (stream.eat('"')) {
    state.inside = state.inside === "quoted" ? "attribute" : "quoted";
    return "text";
  }
  if (state.inside === "quoted") {
    stream.match(/^[^"]+/);
    return "text";
  }
  stream.match(/^[^"[\]]+/);
  return "reference";
}

/** Brackets of one depth share a colour, and three colours take turns. */
function parenthesis(stream, state) {
  if (stream.next() === "(") {
    state.depth += 1;
    return `bracket${((state.depth - 1) % 3) + 1}`;
  }
  if (state.depth === 0) return "invalid";
  state.depth -= 1;
  return `bracket${(state.depth % 3) + 1}`;
}

function number(stream) {
  const [found] = stream.match(/^-?[\p{Alphabetic}\p{N}_.]*/u);
  return /^-?\d+(\.\d+)?$/.test(found) ? "number" : "invalid";
}

/**
 * A word with a parenthesis behind it is a function; so is one at the end of a line, since the lines
 * below are not known here, and no other word may stand alone.
 */
function kindOfWord(word, stream) {
  const rest = stream.string.slice(stream.pos).trimStart();
  if (rest.startsWith("(")) return "function";
  if (CONSTANTS.has(word.toLowerCase())) return "constant";
  return rest === "" ? "function" : "word";
}

function invalid(stream) {
  const first = stream.next();
  // The other half of a character is no part of its own.
  if (/[\uD800-\uDBFF]/.test(first)) stream.eat(/[\uDC00-\uDFFF]/);
  return "invalid";
}
