# Cross-tenant access: organizations, defaults, clouds, and what each switch means.

access-organizations = Organizational settings
access-defaults = Default settings
access-clouds = Microsoft cloud settings
access-add = Add an organization
access-text = The tenants that this one has agreed something with. What is not set for one of them comes from the default settings; whether it may synchronize has no default and must be set for each.
access-none = No organization yet. Add the tenant that people should come from or go to.
access-organization = Organization
access-id = Tenant id
access-inbound = Inbound access
access-outbound = Outbound access
access-inbound-of = Inbound access of { $name }
access-outbound-of = Outbound access to { $name }
access-sync-column = May synchronize into this tenant
access-configured = Configured
access-inherited = Inherited from default
access-inherited-short = inherited
access-own-value = own
access-may = yes
access-may-half = allowed, redemption missing
access-may-not = no
access-gone = Unknown tenant
access-gone-text = It is not on this server any more

access-find = Look for the organization
access-find-text = A tenant is found by its id or by one of its domains.
access-find-name = Tenant id or domain
access-find-hint = As in contoso.example
access-look = Look it up
access-found = Found
access-known = It is among the organizations already.
access-open = Open its settings
access-add-this = Add this organization
access-unknown = No tenant of this server has the id or domain '{ $name }'. Ask its administrator for the exact domain.
access-own = That is this tenant itself.

access-both = Set both sides
access-not-yet = Nothing is set for this organization yet: the default settings hold. Saving below adds it.
access-hanging = What rests on these settings
access-brings = brings people from { $name }
access-sends = sends people to { $name }
access-people = { $count ->
        [one] { $count } person in step
       *[other] { $count } people in step
    }
access-lacks = consent incomplete
access-allowed = allowed
access-inbound-text = What people of { $name } may do here, and whether it may put them into this tenant.
access-outbound-text = What people of this tenant may do at { $name }.
access-sync = Cross-tenant sync
access-sync-users = Allow users sync into this tenant
access-sync-users-hint = The other tenant may create, change and remove its own people here as external users. Turned off, its sync stops and the people stay.
access-sync-groups = Allow groups sync into this tenant
access-sync-groups-hint = It may also bring groups along, with those members who are here.
access-redemption = Automatic redemption
access-redeem-in = Automatically redeem invitations with the tenant { $name }
access-redeem-in-hint = Its people get no invitation mail and no question when they come here. Sync needs it here, and outbound in the other tenant.
access-redeem-out = Automatically redeem invitations with the tenant { $name }
access-redeem-out-hint = Our people get no invitation mail and no question when they go there. Sync from here needs it.
access-save-inbound = Save inbound access
access-save-outbound = Save outbound access
access-ask-title = Enable cross-tenant sync and automatic redemption?
access-ask-text = Sync works only with automatic redemption as well, which is off here. Nothing was saved yet.
access-ask-both = Yes, enable both
access-ask-only = No, sync only
access-stops = This stops { $jobs }: from now on it changes nothing any more. The people it brought stay as they are.
access-sure = Save anyway
access-keep = Keep it as it is
access-other-side = The other side
access-other-side-text = Each tenant decides for itself. Send this to an administrator of { $name } so that their side is set as well.
access-request-label = Text to send
access-request = Hello,
    { $own } ({ $domain }) and { $other } want to keep people in step. Please allow what was agreed in the cross-tenant access settings of { $other } for { $own }:
    { $link }
access-copy-text = Copy the text
access-back = Back to what is inherited
access-back-text = Resetting keeps the organization in the list and clears whatever was set for it. Removing takes it out of the list; add it again at any time.
access-reset = Reset to inherited
access-remove = Remove the organization
access-remove-confirm = Put { $name } back on the default settings? Nothing rests on its settings now.
access-remove-stops = Put { $name } back on the default settings? This stops { $jobs }. The people it brought stay as they are.
access-more = Collaboration, direct connect and trust
access-kept = These are kept, and told to callers of Graph. This server has no applications of its own, so nothing here acts on them.

access-both-title = { $own } and { $other }
access-both-text = One direction takes three switches in two tenants. You may set both tenants, so here they stand together.
access-way = People of { $from } who go to { $to }
access-in-tenant = In { $tenant }: { $what }
access-save-both = Save both sides

access-defaults-text = What holds for every organization that has nothing of its own.
access-untouched = as the service has it
access-default-sync = nobody, and this cannot be changed here; it is set for each organization
access-default-redeem = off, and this cannot be changed here; it is set for each organization
access-defaults-reset = Reset to the service's defaults
access-defaults-confirm = Put all default settings back to what the service has?
access-clouds-text = Tenants of other clouds can be organizations here once their cloud is allowed. Syncline itself knows no border between clouds.
access-cloud-global = Microsoft Azure Commercial
access-cloud-government = Microsoft Azure Government
access-cloud-china = Microsoft Azure China (operated by 21Vianet)

access-collaboration-in = B2B collaboration, inbound
access-collaboration-out = B2B collaboration, outbound
access-direct-in = B2B direct connect, inbound
access-direct-out = B2B direct connect, outbound
access-trust = Trust settings
access-collaboration-in-text = Which people from outside may be invited here or sign in, to which applications.
access-collaboration-out-text = Which of our people may be invited elsewhere, to which applications.
access-direct-text = Trust without a user object in the other tenant, as shared channels use it. Both tenants have to allow it.
access-trust-text = Which proofs of the home tenant count here, so that people need not prove it twice.
access-claim-mfa = Trust multifactor authentication
access-claim-device = Trust compliant devices
access-claim-hybrid = Trust hybrid joined devices
access-trusts-nothing = nothing is trusted
access-nothing-set = nothing is set
access-everybody = allowed for everybody and all applications
access-nobody = blocked
access-some = people: { $users }; applications: { $applications }
access-all-allowed = all allowed
access-all-blocked = all blocked
access-some-allowed = { $count ->
        [one] only { $count } allowed
       *[other] only { $count } allowed
    }
access-some-blocked = { $count ->
        [one] { $count } blocked
       *[other] { $count } blocked
    }
access-where = Where it comes from
access-from-defaults = Default settings of this tenant
access-from-service = What the service has
access-own-below = Own settings, as below
access-users = Users and groups
access-applications = Applications
access-users-hint = One object id a line; `group` before the id of a group. Ask the other tenant for the ids of its people.
access-applications-hint = One application id a line
access-access = Access
access-allow = Allow
access-block = Block
access-who = Applies to
access-all = All
access-only = Only these
access-ids = Ids
access-no-id = '{ $line }' is no id.
access-no-ids = Name at least one id, or choose all.
access-save = Save
access-cancel = Cancel

said-access-added = { $name } was added. Now say what it may do.
said-access-saved = The settings for { $name } were saved.
said-access-setting = { $name }: saved.
said-access-reset = { $name } is back on what is inherited.
said-access-removed = { $name } was removed and is on the default settings. Add it again at any time.
said-access-both = Both sides were saved for { $name }.
said-access-defaults = The defaults are the service's again.
said-access-clouds = The clouds were saved.
