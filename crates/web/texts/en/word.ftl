# Words for what runs do, wherever it is shown.

word-no-target = no target yet
word-create = Create
word-adopt = Take over
word-update = Update
word-restore = Restore
word-disable = Disable
word-remove = Remove
word-unlink = Unlink
word-fail = Leave as is
word-add-member = Add member
word-remove-member = Remove member
word-success = Done
word-failure = Failed
word-skipped = Skipped
word-held = Held
word-pending = Under way
word-planned = Planned
word-cycle = Cycle
word-plan = Plan
word-apply = Plan applied
word-on-demand = On demand
word-approval = Approval
word-running = Running
word-done = Done
word-waits = Waits for approval
word-stopped = Stopped
word-making = Being made
word-ready = Ready
word-stale = Out of date
word-refused = Refused
word-applied = Applied
word-dropped = Discarded
word-counted = { $count } { $word }
word-seconds = { $count } s
word-milliseconds = { $count } ms
word-minutes = { $count } min
word-hours = { $count } h
word-days = { $count ->
        [one] { $count } day
       *[other] { $count } days
    }
word-told = { $read } looked at: { $done }.
word-told-nothing = { $read } looked at, nothing to change.
word-told-held = { $count ->
        [one] One change waits for approval.
       *[other] { $count } changes wait for approval.
    }
word-told-stopped = It stopped: { $reason }.
word-was = before:
word-now = now:
word-emptied = emptied
word-more-attributes = { $count ->
        [one] and one more attribute
       *[other] and { $count } more attributes
    }
word-time = Time
word-person = Person
word-action = Action
word-result = Result
word-changes = Changes
word-began = Began
word-kind = Kind
word-state = State
word-read = Looked at
word-left-out = Left out
word-took = Took
word-nothing = nothing
