/**
 * Pictures of pages for the documentation, light and dark: `cargo xtask screenshots`. They show the two
 * tenants of the demo.
 */

import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";

import { launch } from "./lib/browser.mjs";
import { Server } from "./lib/server.mjs";
import { pages } from "./pages.mjs";

const folder = process.argv[2] ?? "pictures";
await mkdir(folder, { recursive: true });
const server = await Server.start({ demo: true });
const browser = await launch();
try {
  const context = await browser.newContext({ baseURL: server.url, locale: "en-US", viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const shown = (await pages({ server, page })).filter(({ isShown = true }) => isShown);
  for (const { name, path, prepare } of shown) {
    await page.goto(path);
    await prepare?.(page);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const file = join(folder, `${name}-${colorScheme}.png`);
      await page.screenshot({ path: file, caret: "hide", animations: "disabled" });
      console.log(`${file}: ${Math.ceil((await stat(file)).size / 1024)} KB`);
    }
    await page.emulateMedia({ colorScheme: null });
  }
} finally {
  await browser.close();
  await server.stop();
}
