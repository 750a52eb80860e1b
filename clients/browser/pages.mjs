/**
 * The pages that are looked at as a whole: in pictures, for their speed, and by axe. Each has a name, an
 * address, and may `prepare` what is to be seen on it.
 */

import { randomBytes } from "node:crypto";

/** Makes what the pages show, signs in, and gives the pages. */
export async function pages({ server }) {
  const app = await server.run("app", "create", "--tenant", "contoso.example", "--name", "portal");
  const back = `${server.url}/back`;
  await server.run("app", "update", "portal", "--tenant", "contoso.example", "--redirect-uri", back, "--delegate", "User.Read");
  const query = new URLSearchParams({
    client_id: app.clientId, response_type: "code", redirect_uri: back, scope: "openid User.Read",
    code_challenge: randomBytes(32).toString("base64url"), code_challenge_method: "S256",
  });
  return [{ name: "sign-in", path: `/contoso.example/oauth2/v2.0/authorize?${query}` }];
}
