/**
 * The pages that are shown in pictures and measured. Each has a name, an address, and may `prepare` what
 * is to be seen on it. One with `isShown: false` is measured only.
 */

import { enterAsOperator } from "./lib/center.mjs";

/** Signs in, and gives the pages. */
export async function pages({ server, page }) {
  await enterAsOperator({ server, page });
  return [
    { name: "map", path: "/center" },
    { name: "first-steps", path: "/center/start" },
    { name: "operators", path: "/center/operators" },
    { name: "design", path: "/center/design", isShown: false },
  ];
}
