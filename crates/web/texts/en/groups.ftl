# Groups, and what was deleted.

groups-new = New group
groups-make = Make the group
groups-total = { $count ->
        [one] { $count } group that is not deleted.
       *[other] { $count } groups that are not deleted.
    }
groups-search-hint = The beginning of a name, mail address or nickname; or an id
groups-nothing = No group like that.
groups-none = No groups yet.
groups-mail = Mail
groups-description = Description
groups-unified = Microsoft 365
groups-security = Security
groups-mail-security = Mail-enabled security
groups-distribution = Distribution
groups-elsewhere = From another tenant
groups-members = Members
groups-members-none = Nobody is in it.
groups-owners = Owners
groups-owners-none = Nobody owns it.
groups-within = Member of
groups-address = Address
groups-act = What can be done
groups-remove = Remove
groups-remove-who = Remove { $name }
groups-add = Add
groups-who = Who
groups-who-hint = Sign-in name or mail address, the name of a group, or an id
groups-several = Several groups are called { $name }; name it by its id.
groups-delete-ask = Delete { $name }? It goes to Deleted, and can be restored there for 30 days.
groups-why-not-edit = It is not yours to change: { $why }.

deleted-text = What was deleted stays here for 30 days. Its names and addresses are free for others meanwhile; a name that somebody took refuses the restore.
deleted-users = Users
deleted-groups = Groups
deleted-kind = What was deleted
deleted-none = Nothing is deleted.
deleted-at = Deleted
deleted-left = Time left
deleted-days = { $days ->
        [one] { $days } day
       *[other] { $days } days
    }
deleted-act = What can be done
deleted-restore = Restore
deleted-restore-who = Restore { $name }
deleted-purge = Delete for good
deleted-purge-ask = Delete { $name } for good? There is no way back but a backup.
deleted-purge-who = Delete for good: { $name }
deleted-why-not = Restoring and removing for good are not yours to do: { $why }.

said-group-bound = { $name } is in.
said-group-unbound = They are out.
said-group-deleted = { $name } is deleted. Restore it here for 30 days.
said-not-deleted = It is not among the deleted any more: somebody restored it, or deleted it for good.
said-restored = { $name } is back.
said-purged = { $name } is gone for good.
