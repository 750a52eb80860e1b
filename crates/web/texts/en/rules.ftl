# The rules of a configuration: scope, filter, assignment, mappings, tests, schema.

rules-tab-filter = Scope and filter
rules-tab-assigned = Assigned
rules-tab-groups = Groups
rules-tab-people = People
rules-tab-tests = Tests
rules-tab-schema = Import and export

rules-read-only = You see this and cannot change it.
rules-conflict = Somebody else changed this while you did.
rules-conflict-text = Nothing is lost: what stands now is on the left, what you wrote on the right and still in the form. Saving again puts yours in the place of theirs.
rules-what = What
rules-theirs = As it stands now
rules-yours = As you want it
rules-taken-out = (taken out)
rules-wrong = wrong
rules-doubtful = doubtful
rules-yes = yes
rules-no = no
rules-save = Save
rules-discard = Back to what is saved
rules-cancel = Cancel
rules-act = What can be done
rules-name = Name
rules-login = Signs in as

rules-scope-title = Scope
rules-mode = Whom it takes
rules-assigned = Those who are assigned
rules-assigned-hint = People who are assigned, and the direct members of assigned groups. This is the careful choice.
rules-all = Everybody whose home is this tenant
rules-all-hint = Nobody has to be assigned. External people never go along.
rules-filter = Filter
rules-filter-hint = Of these, whoever passes. Clauses in a group must all be true; one of the groups has to be true as a whole. An empty attribute makes a clause false, except where it asks whether it is empty. Case matters.
rules-filter-none = No filter: all pass.
rules-or = OR
rules-and = AND
rules-group = Group { $number }
rules-clause = Clause { $number }
rules-attribute = Attribute
rules-operator = Operator
rules-operand = Compared with
rules-choose-attribute = Choose an attribute
rules-drop = Remove
rules-drop-clause = Remove clause { $number }
rules-add-clause = AND another clause
rules-add-clause-to = AND another clause in group { $number }
rules-drop-group = Remove the group
rules-drop-group-of = Remove the group { $number }
rules-add-first = Add a clause
rules-add-group = OR another group
rules-as-text = Write it as text
rules-as-form = Build it from clauses
rules-refresh = Show what fits
rules-filter-text = Filter as text
rules-filter-text-hint = department EQUALS "Sales" AND mail IS NOT NULL OR city Includes "Rome"
rules-condition = Condition
rules-condition-hint = What a published filter cannot say, and must hold as well: NOT and parentheses, MEMBER OF "Staff", manager, ANY and ALL for lists, employeeHireDate BEFORE now+14d. It is an addition of Syncline's own.
rules-op-equals = is (EQUALS)
rules-op-not-equals = is not (NOT EQUALS)
rules-op-includes = contains (Includes)
rules-op-ends-with = ends with (ENDS_WITH)
rules-op-regex = matches the pattern (REGEX MATCH)
rules-op-not-regex = does not match the pattern (NOT REGEX MATCH)
rules-op-in = is contained in the text (&)
rules-op-not-in = is not contained in the text (!&)
rules-op-greater = is greater than (Greater_Than)
rules-op-at-least = is at least (Greater_Than_OR_EQUALS)
rules-op-true = is true (IS TRUE)
rules-op-false = is false (IS FALSE)
rules-op-not-null = has a value (IS NOT NULL)
rules-op-null = is empty (IS NULL)
rules-saved-later = The next cycle looks at everybody again; whoever is out of scope then leaves the target.
rules-sure = { $count ->
        [one] { $count } person is in the target now and would leave it. Save it all the same?
       *[other] { $count } people are in the target now and would leave it. Save it all the same?
    }
rules-save-sure = Save all the same
rules-count = Count who is in
rules-preview = Who would be in
rules-preview-unreadable = What is written cannot be read yet. Saving shows where it goes wrong.
rules-not-saved = Nothing was saved. What is wrong is said below, at its place.
rules-preview-wait = This is counted while you change the filter; nothing is saved by that.
rules-preview-closed = Counting is for those who may change the scope.
rules-under-way = Looked at { $read } of { $of } people
rules-stop = Stop counting
rules-partial = These are the first { $read } of { $of } people.
rules-count-in = { $count ->
        [one] would be in
       *[other] would be in
    }
rules-count-out = would be out
rules-count-open = cannot be decided
rules-count-coming = would be new in the target
rules-count-leaving = would leave the target
rules-leaving = Who would leave
rules-coming = Who would be new
rules-inside = Who is in
rules-outside = Who is out, and why
rules-more = { $count ->
        [one] and { $count } more
       *[other] and { $count } more
    }
rules-why-out = What keeps people out
rules-says-no = This says no
rules-how-many = People
rules-nobody = The source has nobody yet.

rules-assigned-title = Who is assigned
rules-assigned-none = Nobody is assigned yet. Search above, and assign people or groups.
rules-assigned-note = A group stands for its direct members.
rules-all-now = Everybody is taken now, whether assigned or not; assignments count again when the scope is those who are assigned.
rules-assign = Assign
rules-search = Search people and groups of the source
rules-find = Search
rules-found = Found
rules-found-cut = Only the first are shown. Type more of the name to find others.
rules-found-none = Nobody and no group is called { $text } or begins so.
rules-is-group = group
rules-is-person = person
rules-is-assigned = assigned
rules-assign-do = Assign
rules-assign-name = Assign { $name }
rules-take-out = Take out
rules-take-out-title = Take out { $name }
rules-take-out-what = What will happen
rules-take-out-all = Nothing for now: everybody is taken, whether assigned or not.
rules-take-out-group = { $more ->
        [yes] { $name } has more than { $count } direct members. Those who are assigned in no other way leave the target with the next cycle:
       *[no] { $name } has { $count ->
            [one] { $count } direct member
           *[other] { $count } direct members
        }. Those who are assigned in no other way leave the target with the next cycle:
    }
rules-take-out-person = { $name } is assigned in no other way, and leaves the target with the next cycle.
rules-take-out-stays = { $name } stays, being assigned through:
rules-take-out-deletes = Who leaves is deleted in { $target }, and can be restored there for 30 days. More than the limits allow waits for approval.
rules-take-out-keeps = This configuration may not delete: who leaves stays in { $target } as it is, and is updated no more.
rules-take-out-back = Assigning again brings everybody back with the next cycle.
rules-leaves = leaves
rules-stays = stays
rules-directly = assigned directly
rules-and-more = and others

rules-groups-title = Groups
rules-groups-text = An assigned group always chooses its members. It can go along itself, too, as a security group of the target.
rules-groups-enabled = Groups go along
rules-groups-enabled-hint = The target has to allow group synchronization, and the scope has to be those who are assigned.
rules-nested = Groups within groups
rules-nested-ignore = They are no members in the target
rules-nested-flatten = Their members become members of the outer group
rules-nested-keep = They stay members where they go along themselves
rules-nested-assignment = Assigned groups choose members of groups within them, too
rules-nested-assignment-hint = Otherwise only direct members are chosen.
rules-groups-filter = Which groups
rules-groups-filter-hint = Of the assigned groups, those that pass go along.
rules-groups-mappings = Mappings of groups

rules-mappings-title = Mappings
rules-of-people = What flows of people
rules-of-groups = What flows of groups
rules-mappings-none = Nothing is mapped.
rules-target = Target attribute
rules-kind = Kind
rules-from = From
rules-apply = Applied
rules-empty = An empty source
rules-default = Default
rules-matching = Matches
rules-order-note = The order of mappings does not matter: one that reads what another wrote comes after it by itself.
rules-matching-title = Matching
rules-matching-text = Somebody who is in the target already and not known by the home identity is looked for by these, the first first.
rules-earlier = Earlier
rules-earlier-name = Earlier: match by { $target }
rules-mapping-new = Add a mapping
rules-mapping-title = Mapping of { $target }
rules-kind-direct = An attribute of the source
rules-kind-constant = Always the same
rules-kind-expression = An expression
rules-kind-none = Left alone
rules-kind-none-hint = The target keeps what it has; only an empty one gets the default.
rules-word-direct = attribute
rules-word-constant = constant
rules-word-expression = expression
rules-word-none = left alone
rules-source = Source attribute
rules-constant = Text
rules-expression = Expression
rules-expression-hint = Ctrl+Space offers functions and attributes, F1 explains the function at the cursor, F8 goes to the next mistake, Tab leaves the field.
rules-result = For the person beside:
rules-apply-always = always
rules-apply-creation = only at creation
rules-apply-empty = only when empty
rules-apply-adding = only adding
rules-empty-clears = clears
rules-empty-keeps = keeps
rules-default-hint = Used at creation when the source gives nothing
rules-matching-hint = A number from 1: people of the target are looked for by this value, the lowest number first
rules-target-missing = Choose the target attribute.
rules-expression-missing = Write the expression.
rules-attribute-missing = Choose the source attribute.
rules-matching-wrong = The place in matching is a whole number from 1.
rules-person-missing = Choose a person to try it on.
rules-effect = What it does for a person
rules-for-person = Person of the source
rules-for-group = Group of the source
rules-person-hint = User principal name, mail or id
rules-effect-show = Show it
rules-effect-table = Attributes in the target and with this draft
rules-effect-plan = Plan for everybody
rules-old = In the target
rules-new = With this draft
rules-nothing = nothing
rules-unchanged = { $count ->
        [one] { $count } other attribute stays as it is
       *[other] { $count } other attributes stay as they are
    }
rules-out-of-scope = not in scope
rules-no-compare = (The tenants have not consented: the target is not looked at.)
rules-action-create = would be made in the target.
rules-action-nothing = nothing would change.
rules-action-skip = would be left out.
rules-action-fail = would fail.
rules-action-update = would be changed in the target.
rules-action-other = the next cycle would { $action } it.
rules-mapping-remove = Take the mapping out
rules-mapping-remove-text = What was written to the target stays there, and is not updated any more.
rules-mapping-remove-do = Take it out
rules-mapping-remove-confirm = Take the mapping of { $target } out? What was written to the target stays there.

rules-tests-title = Mapping tests
rules-tests-text = Made-up people with what must come out. They are run now, and before every plan: one that fails stops it.
rules-tests-none = No test yet. Make one from a real person, and change what must come out.
rules-test-name = Name
rules-test-result = Result
rules-test-person = What the person holds
rules-test-expected = What must come out
rules-test-passed = passed
rules-test-failed = failed
rules-test-new = Add a test
rules-test-title = Test { $name }
rules-test-remove = Remove
rules-test-remove-name = Remove the test { $name }
rules-test-remove-confirm = Remove the test { $name }?
rules-test-from = From a real person
rules-test-from-text = What the person holds and what the mappings give now is filled in; nothing is saved by that.
rules-test-from-do = Fill in
rules-test-filled = Filled in from { $name }. Leave what matters, and change what should come out otherwise.
rules-test-person-hint = One attribute a line: department = Sales. A list has ; between its values.
rules-test-around = Groups, manager, time
rules-test-groups = Member of
rules-test-groups-hint = Groups of the source, one a line
rules-test-manager = Manager
rules-test-manager-hint = Somebody of the source, or a made-up person as JSON
rules-test-at = At
rules-test-at-hint = 2026-01-31 or 2026-01-31T08:00:00Z; empty for now
rules-test-at-wrong = { $text } is no time. Write 2026-01-31 or 2026-01-31T08:00:00Z.
rules-test-line-wrong = The line “{ $line }” is not attribute = value.
rules-expect-values = These values
rules-expect-left-out = the person is left out
rules-expect-failure = a mapping fails
rules-test-values = Values
rules-test-values-hint = One target attribute a line: department = Sales. Nothing behind the = means that it gets none; attributes that are not named may hold anything.
rules-test-save = Save and run

rules-schema-title = Import and export
rules-schema-none = Choose a document.
rules-schema-form = A synchronization schema is wanted, as it is exported here or by Graph.
rules-export = Export
rules-export-text = Scope filters, mappings and actions as the document that Microsoft Graph has for a configuration.
rules-export-older = With the service's names
rules-export-graph = With Graph's names
rules-bring = Import
rules-bring-text = You see first what the document would change; nothing is saved before you say so.
rules-file = Document
rules-look = Show what it would change
rules-reading = What the document would change
rules-reading-same = Nothing: mappings and filter are these already.
rules-reading-tests = These tests would go along with their mappings:
rules-reading-left = Kept in the document, and without effect here or done in another way
rules-now = Now
rules-then = With the document
rules-not-mapped = not mapped
rules-why = Why
rules-where = Where
rules-import = Import it
rules-import-all-the-same = Import it without these
rules-reading-losses = This would be left out, and was not before:
rules-reset = Back to the defaults
rules-reset-text = The mappings of a new configuration, no filter and no condition. Tests of targets that are mapped no more go away.
rules-reset-do = Reset
rules-reset-confirm = Go back to the default mappings, without filter and condition? Export the document first to be able to come back.

said-scope-saved = The scope is saved. The next cycle looks at everybody.
said-groups-saved = The choice about groups is saved.
said-assigned = { $name } is assigned.
said-taken-out = { $name } was taken out. Assign again to bring everybody back.
said-mapping-saved = The mapping of { $name } is saved.
said-mapping-removed = The mapping of { $name } was taken out. What was written stays in the target.
said-order-saved = The order of matching is saved.
said-test-saved = The test { $name } is saved.
said-test-removed = The test { $name } was removed.
said-schema-imported = The document was imported.
said-mappings-reset = The default mappings are back.
