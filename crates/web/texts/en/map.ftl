# The map, the first steps, and operators.

map-title = Map
map-picture = Tenants and the configurations between them
map-add = Add a tenant
map-empty = No configuration yet. Open the tenant whose people should go elsewhere, and make one there.
map-name = Configuration
map-from = Source
map-to = Target
map-state = State
map-people = People in step
map-freshness = Freshness
map-consent = Consent
map-last = Last run
map-tenants = Tenants
map-tenant = Tenant
map-domain = Domain
map-partner = partner
map-no-target = no target yet
map-running = Running: { $read } of { $of }
map-quarantine = Quarantine
map-disabled = Switched off
map-consent-missing = Consent missing
map-held = { $count ->
        [one] { $count } removal held
       *[other] { $count } changes held
    }
map-paused = Paused
map-active = Active
map-unknown = not told here
map-allows = allows
map-missing = missing
map-fresh = up to date
map-behind = { $count ->
        [one] { $count } change behind
       *[other] { $count } changes behind
    }
map-counts = { $users ->
        [one] { $users } user
       *[other] { $users } users
    }, { $groups ->
        [one] { $groups } group
       *[other] { $groups } groups
    }
map-consents = consent: source { $source } target { $target }
map-arrow = { $seen }, from { $source } to { $target }

start-title = First steps
start-step-operator = Operator
start-step-tenants = Two tenants
start-step-job = A configuration
start-tenant = Add a tenant
start-tenant-text = A tenant is one directory with its people. The one that gives people and the one that takes them may both lie on this server.
start-name = Name
start-name-hint = As in Contoso
start-domain-hint = As in contoso.example; it belongs to one tenant of this server
start-make = Add the tenant
start-none = No tenant yet.
start-people = Bring its people in
start-roles = Choose its administrators
start-access = Say whom it lets in
start-job = Make a configuration from here
start-next = Next: { $what }
start-step-people = People
start-step-consent = Consent of both
start-step-run = First run
start-step-own = Your tenant
start-step-partner = A partner
start-step-half = Your side's consent
start-tenant-second = One more: the tenant that people should go to, or come from.
start-next-people = bring people in
start-next-people-text = Import a list, or add a few by hand. Give one person of each tenant the role of its administrator.
start-import-into = Import into { $name }
start-user-in = Add somebody to { $name }
start-next-consent = let both tenants agree
start-next-consent-text = Choose in which direction people go. As an operator you can set both sides on one page; an administrator of each tenant can do the own side instead.
start-pair = { $from } to { $to }
start-next-job = make the first configuration
start-next-job-text = It belongs to the tenant that gives people, and does nothing until it is started.
start-next-run = finish the setup and start
start-next-run-text = The setup shows what is missing, previews what would happen, and starts the first run.
start-setup = Set up { $name }
start-next-done = nothing, it runs
start-next-done-text = The first configuration has run. The map shows how each one stands.
start-next-partner = name the other tenant
start-next-partner-text = To let another tenant's people in, add it as an organization and allow it. To send people of this tenant elsewhere, make a configuration: its setup leads through the rest.
start-access-of = Settings for { $name }
start-next-half = allow what was agreed
start-next-half-text = To take people: allow users sync and automatic redemption, inbound. To send people: allow automatic redemption, outbound.
start-next-wait = wait for the other tenant
start-next-wait-text = Your side is set. The other tenant makes the configuration and starts it; what it brings shows under Incoming.

operators-link = This link makes somebody an operator. It is good for one use within 24 hours, and shown only now:
operators-copy = Copy the link
operators-name = Name
operators-since = Since
operators-until = Signed in until
operators-act = What can be done
operators-remove = Remove
operators-confirm = Remove operator { $name }? Their sign-ins end at once.
operators-new = Another operator
operators-hint = Leave it empty for whoever follows the link
operators-make = Make a one-time link

said-tenant-made = { $name } is there.
said-operator-removed = { $name } is no operator any more.

find-title = Find
find-label = Name or address
find-go = Find
find-none = Nothing that you may see begins so.
find-places = Tenants and configurations
find-group = group
find-anything = Find a tenant, a configuration, somebody
