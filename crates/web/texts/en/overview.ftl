# A tenant at a glance.

overview-own = What is kept of you
overview-little = This is your tenant. Of what is in it you see yourself alone. { $why }.
overview-facts = Facts
overview-name = Name
overview-domains = Domains
overview-id = Tenant id
overview-created = Created
overview-waits = Waiting here
overview-nothing-waits = Nothing waits for anybody.
overview-quarantine = In quarantine
overview-held = { $count ->
        [one] { $count } change waits for approval
       *[other] { $count } changes wait for approval
    }
overview-escrow = { $count ->
        [one] { $count } person could not go on
       *[other] { $count } people could not go on
    }
overview-consent = Consent missing
overview-partners = Partners
overview-no-partners = Nothing is agreed with another tenant yet.
overview-sync = may bring its users in here
overview-no-sync = may bring nobody in here
overview-sync-groups = may bring its groups in here
overview-redeem-in = its people need not accept an invitation here
overview-redeem-out = people from here need not accept its invitations
overview-rename = Name of the tenant
overview-rename-go = Rename
overview-delete = Delete the tenant
overview-delete-of = Delete { $name }
overview-delete-text = Everything in it goes: users, groups, configurations, settings and its audit log. There is no way back but a backup.
overview-hanging-none = No configuration and no external user has to do with it.
overview-hanging = What hangs on it:
overview-job-out = { $name } pushes people to { $other }; { $count } linked. It goes as well.
overview-job-in = { $name } brings people from { $other }; { $count } linked. It goes as well.
overview-elsewhere = { $count } external users of { $other } come from it. They stay.
overview-external = { $count } external users in it come from { $other }.
overview-confirm = Write { $domain } to confirm
overview-delete-go = Delete for good

said-tenant-renamed = The tenant is called { $name } now.
said-tenant-deleted = { $name } is deleted.
