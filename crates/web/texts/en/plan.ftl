# Plans.

plan-one = A plan
plan-new = Make a plan
plan-text = A plan shows everything that a run would do, person by person, and writes to neither tenant. It can be applied as it stands afterwards.
plan-next = Plan the next cycle
plan-everybody = Plan for everybody
plan-saved = Saved plans
plan-none = No plan yet.
plan-extent = Looks at
plan-of-everybody = everybody
plan-of-next = whom the next cycle looks at
plan-nothing = { $people } people looked at, and there is nothing to do.
plan-comes-to = { $total ->
        [one] One change
       *[other] { $total } changes
    }; { $people } people looked at.
plan-stale = The configuration or one of the tenants was set differently since this plan was made, so it cannot be applied any more. Make a new one.
plan-refused = Somebody whom this plan is about has changed since, so nothing of it was done. Make a new one.
plan-applied = It was applied; its changes stand as they ended.
plan-run = The run
plan-wrote-nothing = Making it wrote to neither tenant.
plan-apply = Apply this plan
plan-confirm = Apply this plan to { $target }? { $done }.
plan-drop = Discard
plan-drop-confirm = Discard this plan? It cannot be applied then. A new one can be made at any time.
plan-differences = Differences
plan-reading = Its changes are being read
plan-all = All changes
plan-count = People
plan-what = What and why
plan-first = The first of them
plan-example = For example
plan-others = Other combinations
plan-held = Held already
plan-held-text = These wait for approval and are not among the changes above.

said-plan-made = The plan is made. Nothing was written.
said-plan-begun = The plan is being made. Nothing is written.
said-plan-applied = The plan was applied. { $name }
said-plan-applying = The plan is being applied.
said-plan-dropped = The plan was discarded.
