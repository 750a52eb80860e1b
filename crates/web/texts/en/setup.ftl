# Configurations: the list, a new one, and the steps of its setup.

conf-text = Each of these brings people of this tenant into another one.
conf-new = New configuration
conf-none = No configuration yet. Make one to bring people of this tenant into another one.
conf-next = Next run
conf-setup = Not started yet
conf-never-ran = none yet
conf-on-change = when something changes
conf-only-asked = only when asked
conf-run-running = under way
conf-run-done = done
conf-run-held = waits for approval
conf-run-stopped = stopped
conf-new-text = It does nothing until it is started at the end of its setup.
conf-name = Name
conf-name-hint = As in Marketing to Fabrikam
conf-target = Target tenant
conf-target-hint = Its id or one of its domains, as in fabrikam.example
conf-no-partner = { $name } is not among the organizations of this tenant yet. The setup says what has to be allowed; you can also do it first.
conf-open-access = Open the access settings
conf-make = Make the configuration
conf-make-without = Make it without a target

setup-title = Setup
setup-target = Target
setup-connection = Connection test
setup-scope = Scope and assignment
setup-filter = Filter
setup-mappings = Mappings
setup-review = Review
setup-person = One person first
setup-start = Start
setup-done = done
setup-to-do = to do
setup-optional = optional
setup-waits = waits for the other side
setup-later = later
setup-first-others = An earlier step has to be done before this one.
setup-next = Next: { $step }
setup-target-text = The tenant into which people are brought. It can be changed until the first run.
setup-other-target = Choose another tenant
setup-open-access = What this tenant allows it
setup-choose = Choose this tenant
setup-connection-text = Both tenants have to agree, each in its own settings. All checks are listed, with the side that has to act.
setup-passed = passed
setup-failed = missing
setup-side-source = This tenant decides: outbound access.
setup-side-target = The target tenant decides: inbound access.
setup-allow = Allow it here
setup-both-text = You may set both tenants.
setup-other-side = The other side has to act
setup-other-side-text = Only an administrator of the target tenant can allow this. Send them this link; when they have saved, test again here.
setup-link = Link to their settings for this tenant
setup-request = Hello,
    { $own } ({ $domain }) would like to keep its people in step in { $other }. Please allow users sync into your tenant, and automatic redemption, for us. Both switches are on one page:
    { $link }
setup-test-again = Test again
setup-scope-text = Only whom you choose here is brought into the target. Assign people, or groups whose direct members come along; or take everybody of this tenant.
setup-scope-now = Chosen now
setup-everybody = everybody of this tenant
setup-assigned = { $count ->
        [0] nobody yet
        [one] { $count } user or group assigned
       *[other] { $count } users or groups assigned
    }
setup-assigned-many = at least { $count } users or groups assigned
setup-assign = Assign people and groups
setup-choose-scope = Choose the scope
setup-filter-text = A filter narrows down the chosen people by their attributes, as in department EQUALS Marketing.
setup-no-filter = No filter: all who are chosen come along.
setup-edit-filter = Edit the filter
setup-mappings-text = { $count ->
        [one] One attribute flows into the target.
       *[other] { $count } attributes flow into the target. The usual ones are set.
    }
setup-test-failed = The mapping test '{ $name }' does not come out as it must.
setup-edit-mappings = Edit the mappings
setup-review-text = A plan looks at everybody and shows what would happen. Nothing is written.
setup-plan = Preview the whole plan
setup-plan-again = Preview again
setup-no-plan = No preview yet.
setup-looking = Looking at everybody: { $read } of { $of }
setup-stale = The configuration or the people have changed since. Preview again.
setup-planned-at = As it was on
setup-looked-at = people looked at
setup-nothing = changes
setup-left-out = Who is left out, and why
setup-first = First differences
setup-who = Who
setup-what = What happens
setup-values = Values in the target
setup-cleared = emptied
setup-more = { $count ->
        [one] and { $count } more
       *[other] and { $count } more
    }
setup-whole-plan = The whole plan
setup-create = created
setup-adopt = taken over
setup-update = updated
setup-restore = restored
setup-disable = disabled
setup-remove = removed
setup-unlink = unlinked
setup-fail = cannot go on
setup-join = joins a group
setup-leave = leaves a group
setup-person-text = Bring one person across and look at each step before all the others follow. You may also leave this out.
setup-tried = Somebody was brought across on
setup-try = Choose a person
setup-start-text = Once started, the configuration runs by itself: everybody first, then whoever changes.
setup-start-now = Start
setup-runs = It runs by itself.
setup-no-run = The first run begins in a moment.
setup-run-count = { $action }: { $count }
setup-open = Open the configuration

said-job-made = { $name } was made. Nothing happens until it is started.
said-setup-target = The target was chosen.
said-setup-allowed = Invitations to the target are redeemed automatically now.
said-setup-planned = The preview is there.
said-setup-planning = The preview is being made. You may leave and come back.
said-setup-started = { $name } runs by itself now.
