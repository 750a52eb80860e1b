# The frame of every page, and what every page may need.

frame-lost = This page gets no news from the server at the moment. What it shows may be old.
frame-skip = Skip to the content
frame-center = Admin center
frame-theme = Light or dark
frame-operator = operator
frame-sign-out = Sign out
frame-way = Where you are
frame-tabs = Parts of this page
frame-unfinished = This configuration was not started yet: it runs only when it is asked to.
frame-setup = Go on with the setup

nav-map = Map
nav-operators = Operators
nav-overview = Overview
nav-users = Users
nav-groups = Groups
nav-import = Import
nav-deleted = Deleted
nav-jobs = Configurations
nav-incoming = Incoming
nav-access = Cross-tenant access
nav-applications = Applications
nav-roles = Roles
nav-domains = Domains
nav-sessions = Sign-ins
nav-audit = Audit
nav-setup = Setup
nav-scope = Scope
nav-mappings = Mappings
nav-plan = Plan
nav-runs = Runs
nav-log = Log
nav-held = Held
nav-escrow = Escrow
nav-people = One person
nav-insights = Insights
nav-settings = Settings

pager = Pages
pager-first = To the beginning
pager-next = Next

error-missing = There is nothing at this address, or nothing that you may see.
error-method = This address takes a form. Go back to the page that has it.
error-forged = This form was not sent by a page of this center, or the page was open for too long.

listing-key = The address does not say where the page begins.

error-denied = You may not do that; it takes one of: { $roles }
wrong-title = That did not work
wrong-forbidden = Not allowed
wrong-missing = Not found
wrong-failed = The server failed
wrong-ask = Ask somebody with one of these roles, or a Global Administrator, to do it or to give you the role.
wrong-long = That was longer than this server takes at once.
wrong-too-long = Go back, and choose a smaller file or send less at once. The command line takes files of any size.
wrong-back = Go back
wrong-home = To the map
wrong-code = Code { $code }, request { $request }
