/**
 * The pages that are shown in pictures and measured. Each has a name, an address, and may `prepare` what
 * is to be seen on it. One with `isShown: false` is measured only.
 */

import { enterAsOperator } from "./lib/center.mjs";

/** Signs in, and gives the pages. */
export async function pages({ server, page }) {
  await enterAsOperator({ server, page });
  const [job] = await server.run("job", "list");
  const { id: user } = await server.run("user", "show", "UserS1@contoso.example", "--tenant", "contoso.example");
  const source = "/center/tenants/contoso.example";
  const target = "/center/tenants/fabrikam.example";
  const own = `${source}/jobs/${job.id}`;
  return [
    { name: "map", path: "/center" },
    { name: "first-steps", path: "/center/start" },
    { name: "operators", path: "/center/operators", isShown: false },
    { name: "design", path: "/center/design", isShown: false },
    { name: "find", path: "/center/find?q=users", isShown: false },
    { name: "tenant", path: source },
    { name: "users", path: `${source}/users` },
    { name: "users-found", path: `${source}/users?q=user`, isShown: false },
    { name: "user", path: `${source}/users/${user}` },
    { name: "groups", path: `${target}/groups`, isShown: false },
    { name: "import", path: `${source}/import` },
    { name: "deleted", path: `${source}/deleted`, isShown: false },
    { name: "applications", path: `${source}/applications`, isShown: false },
    { name: "roles", path: `${source}/roles`, isShown: false },
    { name: "audit", path: `${source}/audit` },
    { name: "access", path: `${target}/access` },
    { name: "partner", path: `${target}/access/contoso.example` },
    { name: "configurations", path: `${source}/jobs` },
    { name: "configuration", path: own },
    { name: "setup", path: `${own}/setup` },
    { name: "scope", path: `${own}/scope` },
    { name: "mappings", path: `${own}/mappings` },
    { name: "mapping", path: `${own}/mappings/displayName` },
    { name: "plan", path: `${own}/plan`, isShown: false },
    { name: "runs", path: `${own}/runs` },
    { name: "log", path: `${own}/log` },
    { name: "held", path: `${own}/held`, isShown: false },
    { name: "escrow", path: `${own}/escrow`, isShown: false },
    { name: "person", path: `${own}/people/${user}` },
    { name: "insights", path: `${own}/insights` },
    { name: "settings", path: `${own}/settings`, isShown: false },
    { name: "incoming", path: `${target}/incoming` },
  ];
}
