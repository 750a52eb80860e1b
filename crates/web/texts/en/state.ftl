# How a configuration stands, and its buttons.

state-w-target = No target
state-w-running = Running
state-w-consent = Consent missing
state-w-disabled = Switched off
state-w-quarantine = Quarantine
state-w-held = Waits for you
state-w-paused = Paused
state-w-active = Active
state-no-target = Nobody has chosen yet into which tenant it synchronizes.
state-running = It is at work: { $what }.
state-no-consent = It cannot run: { $source } and { $target } both have to allow it, and not everything is allowed.
state-disabled = It was switched off because it could not go on for too long. Mend what stopped it, then start it again.
state-quarantine = It could not go on, and is tried again from time to time.
state-held = { $count ->
        [one] One change goes beyond a limit and waits for your decision.
       *[other] { $count } changes go beyond a limit and wait for your decision.
    }
state-new = It is ready and has not been started yet. Look at what it would do, then start it.
state-paused = It is paused: nothing happens by itself until somebody starts it.
state-behind = { $count ->
        [one] It is active, and one change of the source is still to be looked at.
       *[other] It is active, and { $count } changes of the source are still to be looked at.
    }
state-fresh = It is active and up to date: everything that happened in the source has been taken to { $target }.
state-active = It is active.
state-todo = What to do next
state-todo-target = Choose the target.
state-todo-consent = An administrator of { $tenant } has to allow: { $what }
state-todo-held = { $count ->
        [one] Decide about the held change.
       *[other] Decide about the held changes.
    }
state-todo-escrow = { $count ->
        [one] See why one person could not go on.
       *[other] See why { $count } people could not go on.
    }
state-todo-plan = Preview what the first run would do.
state-remedy-escrow = Look at what holds these people up. When fewer of them wait, it is well again by itself.
state-why = Why:
state-since = Since
state-attempts = Attempts
state-next-attempt = Next attempt
state-never = not by itself
state-ends = It ends by itself when the cause is gone. Trying now tells at once.
state-run = Run now
state-try = Try now
state-stop = Stop
state-lift = End the quarantine
state-pause = Pause
state-start = Start
state-preview = Preview
state-plans = Plans
state-begins = It is beginning
state-progress = { $read } of { $of } looked at, { $changed ->
        [one] one change
       *[other] { $changed } changes
    }
state-left = about { $time } left
state-left-moment = a moment left
state-left-unknown = how long it takes is not known yet
state-stopping = stops at its next page
state-figures = Figures
state-people = people in step
state-groups = groups in step
state-waiting = held
state-escrow = could not go on
state-freshness = behind the source
state-up-to-date = 0 s
state-changes-behind = { $count ->
        [one] one change
       *[other] { $count } changes
    }
state-next = next run by the clock
state-when-needed = on change
state-not-by-itself = when asked
state-runs = Last runs
state-no-runs = It has never run. A preview shows what the first run would do.
state-all-runs = All runs
state-log = Log of people
state-no-log = Runs and figures are not shown.

said-run-ended = It ran. { $name }
said-run-begun = It is running.
said-run-stopping = It stops at its next page. What was done stays done, and the next run goes on from there.
said-run-none = Nothing was under way.
said-job-started = { $name } runs by itself from now on.
said-job-paused = { $name } is paused.
said-quarantine-ended = The quarantine is over; it runs again as usual.
said-quarantine-none = It was in no quarantine.
