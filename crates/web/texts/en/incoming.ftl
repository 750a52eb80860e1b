# What others write into a tenant.

incoming-text = Configurations of other tenants that write people into this one. Each can be stopped from here, whatever its source says.
incoming-none = Nobody writes into this tenant.
incoming-access = Whom this tenant lets in
incoming-running = Running
incoming-stopped = Stopped by this tenant
incoming-ill = Quarantine
incoming-writes = Writes here
incoming-new = Has not written yet
incoming-is-open = { $source } may write its people into this tenant.
incoming-is-stopped = This tenant does not let { $source } write its people into it. Whoever came in earlier stays.
incoming-people = people linked
incoming-groups = groups linked
incoming-held = changes held in the source
incoming-stop = Stop it
incoming-stop-text = Synchronization from a tenant is switched off in the access settings. A run under way ends at its next page, and nobody is removed by it.
incoming-switch = Access settings of this source
