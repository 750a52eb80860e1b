/**
 * Ways through the admin center.
 */

/** An operator follows a one-time link and is on the map. */
export async function enterAsOperator({ server, page }) {
  await page.goto(await server.operatorLink());
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/center");
}

/** A person signs in with a password. */
export async function enterAsPerson({ page }, { login, password }) {
  await page.goto("/center");
  await page.getByLabel("Name").first().fill(login);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  // Whoever holds no role has no map to look at, and goes on to their tenant.
  await page.waitForURL(/\/center(\/tenants\/[^/]+)?$/);
}

/**
 * Follows every link of the center from where the page is, each kind of address a few times, and shows
 * every page to `look`. Gives the addresses that were seen, and links that lead nowhere with the page
 * that has them.
 */
export async function walk({ context, page }, look) {
  const waiting = [{ path: new URL(page.url()).pathname, from: "the beginning" }];
  const seen = new Map();
  const dead = [];
  while (waiting.length > 0) {
    const { path, from } = waiting.shift();
    const kind = kindOf(path);
    if (seen.has(kind)) continue;
    seen.set(kind, path);
    const answer = await context.request.get(path);
    if (answer.status() !== 200) {
      dead.push(`${path} (${answer.status()}, linked from ${from})`);
      continue;
    }
    // A file is there, and nothing is to be looked at.
    if (!answer.headers()["content-type"].startsWith("text/html")) continue;
    await page.goto(path);
    await look(path);
    const links = await page.locator("a[href]").evaluateAll((all) => all.filter((one) => !one.hasAttribute("download")).map((one) => new URL(one.getAttribute("href"), document.baseURI).href));
    for (const link of links) {
      const { origin, pathname } = new URL(link);
      if (origin === new URL(page.url()).origin && pathname.startsWith("/center")) waiting.push({ path: pathname, from: path });
    }
  }
  return { seen: [...seen.values()], dead };
}

/** Addresses that differ in the thing that they show are of one kind. */
function kindOf(path) {
  return path
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "{id}")
    .replaceAll(/\/[^/]*(\.|%40|@)[^/]*/g, "/{name}")
    .replaceAll(/\/\d+/g, "/{number}")
    .replace(/\/mappings\/(?!new|tests|schema)[^/]+/, "/mappings/{name}")
    .replace(/\/(defaults|settings)\/[^/]+/, "/$1/{name}")
    .replace(/\/codes\/.+/, "/codes/{code}");
}
