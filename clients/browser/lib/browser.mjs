/**
 * Chromium as Debian ships it, with nothing that speaks to the outside; and pages that note whatever is
 * wrong with them.
 */

import { chromium } from "playwright-core";

const ARGUMENTS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--disable-default-apps", "--disable-domain-reliability",
  "--disable-client-side-phishing-detection", "--no-pings",
  // Whatever is not this machine has no address.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
];

/** Starts a browser with a profile of its own. It ends with this process, also when that is killed. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: ARGUMENTS,
  });
}

/** What goes wrong in the pages of a context: mistakes, refusals of the policy, requests to elsewhere. */
export class Watch {
  constructor(context, origins) {
    this.found = [];
    this.origins = origins;
    this.expected = [];
    context.on("console", (message) => {
      if (message.type() === "error") this.note(`console: ${message.text()} (${message.location().url})`);
    });
    context.on("weberror", (error) => this.note(`page: ${error.error().stack}`));
    context.on("request", (request) => {
      const { origin, protocol } = new URL(request.url());
      if (/^https?:$|^wss?:$/.test(protocol) && !this.origins.includes(origin)) this.note(`outside: ${request.url()}`);
    });
  }

  /** Notes refusals too that a browser tells nobody in words. */
  static async open(context, origins) {
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        console.error(`refused by policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
      });
    });
    return new Watch(context, origins);
  }

  /** What a story does on purpose is no mistake. */
  expect(pattern) {
    this.expected.push(pattern);
  }

  note(text) {
    this.found.push(text);
  }

  /** Throws when something was noted that was not expected, or expected that was not noted. */
  verify() {
    const unexpected = this.found.filter((text) => !this.expected.some((pattern) => pattern.test(text)));
    if (unexpected.length > 0) throw new Error(`the page is not well:\n  ${unexpected.join("\n  ")}`);
    const missing = this.expected.filter((pattern) => !this.found.some((text) => pattern.test(text)));
    if (missing.length > 0) throw new Error(`the page was expected to say: ${missing.join(", ")}`);
  }
}
