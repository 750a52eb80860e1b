/**
 * The pages on which people sign in.
 */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";

import { axeInBothLooks, narrow, tabThrough } from "../lib/checks.mjs";
import { story } from "../lib/story.mjs";

const VERIFIER = "a-text-of-at-least-forty-three-characters-that-nobody-guesses";

/** A tenant with a person and an application; where that sends a browser to sign in. */
async function prepare(server) {
  await server.createTenant("Contoso", "contoso.example");
  const person = await server.createPerson("contoso.example", "Ada");
  const app = await server.run("app", "create", "--tenant", "contoso.example", "--name", "portal");
  const back = `${server.url}/back`;
  await server.run("app", "update", "portal", "--tenant", "contoso.example", "--redirect-uri", back, "--delegate", "User.Read");
  const challenge = createHash("sha256").update(VERIFIER).digest("base64url");
  const query = new URLSearchParams({
    client_id: app.clientId, response_type: "code", redirect_uri: back, scope: "openid User.Read", state: "s1",
    code_challenge: challenge, code_challenge_method: "S256",
  });
  return { person, back, address: `/contoso.example/oauth2/v2.0/authorize?${query}` };
}

story("a person signs in with the keyboard and is sent back with a code", {}, async ({ server, page, watch }) => {
  const { person, back, address } = await prepare(server);
  await page.goto(address);
  await page.getByLabel(/name|account|user/i).first().focus();
  await page.keyboard.type(person.login);
  await page.keyboard.press("Tab");
  await page.keyboard.type(person.password);
  // The application's page is none of ours.
  watch.expect(/404/);
  await Promise.all([page.waitForURL((url) => url.href.startsWith(back)), page.keyboard.press("Enter")]);
  const answer = new URL(page.url()).searchParams;
  assert.ok(answer.get("code"), page.url());
  assert.equal(answer.get("state"), "s1");
});

story("a wrong password is told, and the page stays usable", {}, async ({ server, page, watch }) => {
  const { person, address } = await prepare(server);
  await page.goto(address);
  await page.getByLabel(/name|account|user/i).first().fill(person.login);
  await page.getByLabel(/password/i).fill("not the password");
  watch.expect(/40[01]/);
  await page.keyboard.press("Enter");
  await page.getByRole("alert").waitFor();
  await axeInBothLooks(page);
});

story("the sign-in page serves everybody", {}, async ({ server, page }) => {
  const { address } = await prepare(server);
  await page.goto(address);
  await axeInBothLooks(page);
  await narrow(page);
  await tabThrough(page, { skip: false });
});
