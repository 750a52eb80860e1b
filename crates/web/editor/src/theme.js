/**
 * How the editor looks. Every colour is a variable that the page may set; the values here serve a page
 * that sets none, for light and dark by its `color-scheme`.
 */

import { EditorView } from "@codemirror/view";

const COLOURS = {
  background: ["#ffffff", "#14181d"],
  surface: ["#ffffff", "#1d232a"],
  foreground: ["#1b1f24", "#e6eaee"],
  muted: ["#57606a", "#a5b0bb"],
  border: ["#8a929b", "#6b7682"],
  focus: ["#0b57d0", "#8ab4f8"],
  selection: ["#cfe2ff", "#2c4a73"],
  match: ["#d9ead3", "#2f4a36"],
  error: ["#b3261e", "#ff8a80"],
  warning: ["#8a5a00", "#f0b94d"],
  function: ["#0550ae", "#82b7ff"],
  attribute: ["#116329", "#7ee787"],
  string: ["#8a3800", "#ffb07a"],
  escape: ["#7d3f00", "#ffd0a8"],
  number: ["#6f2dbd", "#d2a8ff"],
  constant: ["#6f2dbd", "#d2a8ff"],
  parameter: ["#8b2252", "#ff9bce"],
  operator: ["#1b1f24", "#e6eaee"],
  separator: ["#57606a", "#a5b0bb"],
  bracket1: ["#0550ae", "#82b7ff"],
  bracket2: ["#8b2252", "#ff9bce"],
  bracket3: ["#116329", "#7ee787"],
  word: ["#1b1f24", "#e6eaee"],
  invalid: ["#b3261e", "#ff8a80"],
};

/** The page's colour of this name, or ours. */
export function colour(name) {
  const [light, dark] = COLOURS[name];
  return `var(--syn-${name}, light-dark(${light}, ${dark}))`;
}

const POPUP = { backgroundColor: colour("surface"), color: colour("foreground"), border: `1px solid ${colour("border")}`, borderRadius: "4px" };

export const theme = EditorView.theme({
  "&": { backgroundColor: colour("background"), color: colour("foreground"), border: `1px solid ${colour("border")}`, borderRadius: "4px" },
  "&.cm-focused": { outline: `2px solid ${colour("focus")}`, outlineOffset: "1px" },
  ".cm-scroller": { fontFamily: "var(--syn-font, ui-monospace, monospace)", lineHeight: "1.5", minHeight: "4.5em" },
  ".cm-content": { caretColor: colour("foreground"), padding: "0.4em 0" },
  ".cm-cursor": { borderLeftColor: colour("foreground") },
  "& ::selection": { backgroundColor: colour("selection") },
  ".cm-placeholder": { color: colour("muted") },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: colour("match"), outline: `1px solid ${colour("border")}` },
  "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "transparent", textDecoration: `underline wavy ${colour("error")}` },
  ".cm-lintRange": { backgroundImage: "none" },
  ".cm-lintRange-error": { textDecoration: `underline wavy ${colour("error")}`, textDecorationSkipInk: "none" },
  ".cm-lintRange-warning": { textDecoration: `underline wavy ${colour("warning")}`, textDecorationSkipInk: "none" },
  ".cm-diagnostic": { whiteSpace: "pre-wrap", padding: "0.3em 0.6em" },
  ".cm-diagnostic-error": { borderLeft: `4px solid ${colour("error")}` },
  ".cm-diagnostic-warning": { borderLeft: `4px solid ${colour("warning")}` },
  ".cm-tooltip": { ...POPUP, maxWidth: "min(34rem, 90vw)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--syn-font, ui-monospace, monospace)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.15em 0.6em" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: colour("selection"), color: colour("foreground") },
  ".cm-completionDetail": { color: colour("muted"), fontStyle: "normal" },
  ".cm-completionInfo": { ...POPUP, padding: "0.5em 0.7em" },
  ".syn-help": { padding: "0.5em 0.7em" },
  ".syn-signature": { fontFamily: "var(--syn-font, ui-monospace, monospace)", fontWeight: "600" },
  ".syn-help p": { margin: "0.4em 0 0", whiteSpace: "pre-line" },
  ".syn-help pre": { margin: "0.4em 0 0", whiteSpace: "pre-wrap", fontFamily: "var(--syn-font, ui-monospace, monospace)" },
});
