/**
 * Places in a text: the server counts bytes of UTF-8, a browser counts units of UTF-16.
 */

const encoder = new TextEncoder();

/** How many bytes stand before a place in the text. */
export function toBytes(text, offset) {
  return encoder.encode(text.slice(0, offset)).length;
}

/** The place before which so many bytes stand; inside a character, the place before that character. */
export function fromBytes(text, bytes) {
  let offset = 0;
  let passed = 0;
  for (const character of text) {
    passed += width(character.codePointAt(0));
    if (passed > bytes) break;
    offset += character.length;
  }
  return offset;
}

/**
 * The text with half characters replaced, which JSON on the server's side refuses. Every place stays
 * what it was.
 */
export function wellFormed(text) {
  return text.replace(/\p{Surrogate}/gu, "\uFFFD");
}

function width(code) {
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}
