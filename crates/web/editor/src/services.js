/**
 * The questions to the server. The addresses come from the page, and each answer is what a command
 * prints with `--json`: `expr check`, `expr complete`, `expr functions`, `expr eval`.
 */

import { toBytes, wellFormed } from "./offsets.js";

/** Lists of functions by address: they change with the program only. */
const lists = new Map();

export class Services {
  constructor({ checkUrl, completeUrl, functionsUrl, tryUrl }) {
    this.urls = { check: checkUrl, complete: completeUrl, functions: functionsUrl, try: tryUrl };
  }

  has(name) {
    return Boolean(this.urls[name]);
  }

  check(text) {
    return post(this.urls.check, { text: wellFormed(text) });
  }

  /** The offset goes out in bytes, as all places come back. */
  complete(text, offset, signal) {
    const whole = wellFormed(text);
    return post(this.urls.complete, { text: whole, offset: toBytes(whole, offset) }, signal);
  }

  try(text, person, signal) {
    return post(this.urls.try, { text: wellFormed(text), person }, signal);
  }

  /** A function by its name, or nothing. */
  async findFunction(name) {
    const url = this.urls.functions;
    if (!url) return undefined;
    if (!lists.has(url)) {
      const list = ask(url, {});
      // One that failed is asked for again.
      list.catch(() => lists.delete(url));
      lists.set(url, list);
    }
    const all = await lists.get(url);
    return all.find((one) => one.name.toLowerCase() === name.toLowerCase());
  }
}

function post(url, body, signal) {
  const csrf = document.querySelector('meta[name="csrf"]')?.content ?? "";
  const headers = { "content-type": "application/json", "x-csrf": csrf };
  return ask(url, { method: "POST", headers, body: JSON.stringify(body), signal });
}

async function ask(url, options) {
  const answer = await fetch(url, { ...options, credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.json();
}
