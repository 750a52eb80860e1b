# The audit log.

audit-actor = Who
audit-activity = What
audit-target = To what
audit-hint = Who and what: a part of it, as in delete. To what: its id, or its kind, as in user.
audit-since = From
audit-until = To
audit-at = When
audit-details = Details
audit-entry = entry { $number }
audit-erased = erased
audit-nothing = nothing
audit-show = Show all of it
audit-request = request { $id }
audit-none = No entry like that.
audit-further = None among those looked at so far. There are older ones.
audit-export = Download these
audit-day = { $text } is no day; write it as in 2026-11-29.
audit-operator = operator
audit-user = user
audit-user-through = user, through an application,
audit-app = application
audit-job = configuration
audit-mirror = mirror
audit-system = the server itself
audit-chain = The chain
audit-chain-text = Each entry is chained to the one before, so that nothing can be changed, removed or put in unseen. Whether entries are missing at its end is told by syncline audit verify, which knows how far the log had come.
audit-chain-check = Check it now
audit-holds = { $count ->
        [one] The chain holds: { $count } entry.
       *[other] The chain holds: { $count } entries.
    }
audit-broken = The chain does not hold: { $problem }
