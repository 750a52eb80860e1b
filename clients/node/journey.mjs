// The same server with Microsoft's libraries for Node: tokens, people, pages, filters, references,
// a batch, delta, and errors.

import process from "node:process";
import { ClientSecretCredential } from "@azure/identity";
import {
  BatchRequestContent,
  Client,
  PageIterator,
} from "@microsoft/microsoft-graph-client";
import { TokenCredentialAuthenticationProvider } from "@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js";

const { SYNCLINE_URL, SOURCE_TENANT, SOURCE_CLIENT, SOURCE_SECRET } = process.env;
const PEOPLE = 25;

function see(what, found, wanted) {
  const [shown, expected] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (shown !== expected) {
    console.log(`FAILED: ${what}: expected ${expected}, found ${shown}`);
    process.exit(1);
  }
  console.log(`  ${what}: ${shown}`);
}

async function refused(what, asked, status, code) {
  try {
    await asked;
  } catch (error) {
    see(what, [error.statusCode, error.code], [status, code]);
    return;
  }
  see(what, "taken", "refused");
}

const credential = new ClientSecretCredential(SOURCE_TENANT, SOURCE_CLIENT, SOURCE_SECRET, {
  authorityHost: SYNCLINE_URL,
  disableInstanceDiscovery: true,
});
const client = Client.initWithMiddleware({
  authProvider: new TokenCredentialAuthenticationProvider(credential, {
    scopes: [`${SYNCLINE_URL}/.default`],
  }),
  baseUrl: `${SYNCLINE_URL}/`,
  customHosts: new Set(["localhost"]),
});

const organization = await client.api("/organization").get();
const domain = organization.value[0].verifiedDomains[0].name;
see("the tenant", organization.value[0].id, SOURCE_TENANT);

const people = [];
for (let number = 0; number < PEOPLE; number += 1) {
  people.push(
    await client.api("/users").post({
      accountEnabled: true,
      displayName: `Node ${number}`,
      mailNickname: `node${number}`,
      userPrincipalName: `node${number}@${domain}`,
      jobTitle: number % 5 === 0 ? "Rower" : "Sailor",
      passwordProfile: { password: "not-for-signing-in-7", forceChangePasswordNextSignIn: true },
    }),
  );
}

const first = await client
  .api("/users")
  .filter("startswith(displayName,'Node ')")
  .select(["id", "displayName", "jobTitle"])
  .top(10)
  .get();
see("the first page", first.value.length, 10);
const names = new Set();
await new PageIterator(client, first, (user) => names.add(user.displayName) !== undefined).iterate();
see("people on all pages", names.size, PEOPLE);

const rowers = await client.api("/users").filter("jobTitle eq 'rower'").get();
see("rowers", rowers.value.filter((user) => user.displayName.startsWith("Node ")).length, 5);
const counted = await client
  .api("/users/$count")
  .header("ConsistencyLevel", "eventual")
  .filter("startswith(displayName,'Node ')")
  .get();
see("counted", Number(counted), PEOPLE);

await client.api(`/users/${people[0].id}`).patch({ jobTitle: null });
const cleared = await client.api(`/users/${people[0].id}`).select(["jobTitle"]).get();
see("a title cleared", cleared.jobTitle, null);

await client
  .api(`/users/${people[1].id}/manager/$ref`)
  .put({ "@odata.id": `${SYNCLINE_URL}/v1.0/users/${people[0].id}` });
const manager = await client.api(`/users/${people[1].id}/manager`).get();
see("the manager", [manager["@odata.type"], manager.displayName], ["#microsoft.graph.user", "Node 0"]);

const group = await client.api("/groups").post({
  displayName: "Node group",
  mailEnabled: false,
  mailNickname: "nodegroup",
  securityEnabled: true,
  "members@odata.bind": people.slice(0, 5).map((one) => `${SYNCLINE_URL}/v1.0/directoryObjects/${one.id}`),
});
const members = await client.api(`/groups/${group.id}/members/microsoft.graph.user`).get();
see("members", members.value.length, 5);

const content = new BatchRequestContent([
  { id: "1", request: new Request(`${SYNCLINE_URL}/v1.0/users/${people[2].id}`, { method: "GET" }) },
  {
    id: "2",
    request: new Request(`${SYNCLINE_URL}/v1.0/users/${people[2].id}`, {
      method: "PATCH",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ jobTitle: "Diver" }),
    }),
  },
]);
content.addDependency("2", "1");
const answers = await client.api("/$batch").post(await content.getContent());
see(
  "a batch",
  answers.responses.map((one) => [one.id, one.status]).sort(),
  [["1", 200], ["2", 204]],
);

let page = await client.api("/users/delta").select(["displayName"]).get();
let seen = 0;
for (;;) {
  seen += page.value.length;
  if (page["@odata.deltaLink"]) break;
  page = await client.api(page["@odata.nextLink"]).get();
}
see("delta saw everybody", seen >= PEOPLE, true);
await client.api(`/users/${people[3].id}`).patch({ displayName: "Node renamed" });
page = await client.api(page["@odata.deltaLink"]).get();
see("one changed", page.value.map((user) => user.displayName), ["Node renamed"]);

await refused("nobody", client.api("/users/nobody").get(), 404, "Request_ResourceNotFound");
await refused("no such thing", client.api("/nonsense").get(), 400, "BadRequest");
await refused(
  "a name twice",
  client.api("/users").post({
    accountEnabled: true,
    displayName: "Twice",
    mailNickname: "twice",
    userPrincipalName: `node7@${domain}`,
    passwordProfile: { password: "not-for-signing-in-7" },
  }),
  400,
  "Request_BadRequest",
);
await client.api(`/users/${people[4].id}`).delete();
await refused("deleted", client.api(`/users/${people[4].id}`).get(), 404, "Request_ResourceNotFound");
