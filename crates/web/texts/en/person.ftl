# One person in one configuration.

person-text = Why somebody is or is not in the target, what the next run would do for them, and doing it now.
person-name = Name, user name or mail address
person-type = Begin to type.
person-nobody = Nobody's name or address begins so.
person-found = Who was found
person-login = User name
person-mail = Mail
person-group = group
person-more = There are more; type on.
person-why = Why
person-in = In the target
person-out = Not in the target
person-preview = Preview
person-would = A run would do:
person-skip = nothing; left out
person-nothing = nothing
person-source = Source
person-rule = Rule
person-changes = changes
person-wrote-nothing = Nothing was written.
person-provision = Do it now
person-confirm = { $action }: { $name }, in { $target }, now?
person-no-change = There is nothing to change at the moment.
person-result = What was done
person-entry = All values and steps
person-log = In the log
person-no-log = Nothing was done for this person so far.

said-person-done = Done. { $name }
said-person-held = It goes beyond a limit and waits for approval.
said-person-nothing = There was nothing to change for { $name }.
