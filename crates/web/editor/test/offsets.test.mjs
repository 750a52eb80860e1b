import assert from "node:assert/strict";
import { test } from "node:test";

import { fromBytes, toBytes, wellFormed } from "../src/offsets.js";

// One character of each width in UTF-8: 1, 2, 3 and 4 bytes, the last one two units in UTF-16.
const TEXT = 'Join("é", "世", "🦀", [ö])';

test("every place between two characters goes to bytes and back", () => {
  let offset = 0;
  for (const character of TEXT) {
    const bytes = Buffer.byteLength(TEXT.slice(0, offset), "utf8");
    assert.equal(toBytes(TEXT, offset), bytes);
    assert.equal(fromBytes(TEXT, bytes), offset);
    offset += character.length;
  }
  assert.equal(fromBytes(TEXT, Buffer.byteLength(TEXT, "utf8")), TEXT.length);
});

test("a place inside a character is the place before it", () => {
  const crab = TEXT.indexOf("🦀");
  const bytes = toBytes(TEXT, crab);
  for (const inside of [1, 2, 3]) assert.equal(fromBytes(TEXT, bytes + inside), crab);
  assert.equal(fromBytes(TEXT, bytes + 4), crab + 2);
});

test("a place behind the end is the end", () => {
  assert.equal(fromBytes("é", 99), 1);
  assert.equal(toBytes("é", 99), 2);
});

test("half characters are replaced and no place moves", () => {
  const broken = 'a\ud800b"🦀"\udc00';
  const mended = wellFormed(broken);
  assert.equal(mended, 'a\ufffdb"🦀"\ufffd');
  assert.equal(mended.length, broken.length);
});
