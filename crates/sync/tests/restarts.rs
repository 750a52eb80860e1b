//! Restarts: what a job forgets by each scope, and that nobody is made twice by it.

use testkit::check;

#[test]
fn the_watermark_alone_looks_at_everybody_again() {
    check(
        "add ada city=Oslo
         add bo
         target add desk mail=bo@contoso.example
         assign ada
         assign bo
         cycle
         > create ada
         > fail bo (ambiguous-user)
         target set ada city=Bergen
         cycle
         restart watermark
         escrow
         > bo ambiguous-user attempt 1 due in 6 h
         cycle
         > update ada city: Bergen -> Oslo
         escrow
         > bo ambiguous-user attempt 2 due in 12 h",
    );
}

#[test]
fn escrows_alone_are_forgotten_until_the_person_changes() {
    check(
        "add bo
         target add desk mail=bo@contoso.example
         assign bo
         cycle
         > fail bo (ambiguous-user)
         restart escrows
         escrow
         target set desk mail=desk@fabrikam.example
         wait 7h
         cycle
         count
         > 1 users in the target
         set bo city=Oslo
         cycle
         > create bo",
    );
}

#[test]
fn without_a_scope_everybody_is_looked_at_and_escrow_begins_anew() {
    check(
        "add ada
         add bo
         target add desk mail=bo@contoso.example
         assign ada
         assign bo
         cycle
         > create ada
         > fail bo (ambiguous-user)
         wait 6h
         cycle
         escrow
         > bo ambiguous-user attempt 2 due in 12 h
         restart
         escrow
         show ada
         > #1
         cycle
         > fail bo (ambiguous-user)
         escrow
         > bo ambiguous-user attempt 1 due in 6 h
         show ada
         > #1",
    );
}

#[test]
fn links_are_found_again_by_the_home_identity_and_nobody_is_doubled() {
    check(
        "filter department IS NOT NULL
         add ada department=Sales
         add bo department=Sales
         add cy department=Sales
         add di department=Sales
         assign ada
         assign bo
         assign cy
         assign di
         cycle
         > create ada
         > create bo
         > create cy
         > create di
         unassign di
         cycle
         > remove di (not-assigned)
         count
         > 4 users in the target
         # Bo leaves before the links are forgotten, cy afterwards, and ada is renamed: none of that
         # is lost, and whom the job removed it still brings back.
         unassign bo
         restart links
         unassign cy
         assign di
         set ada userPrincipalName=countess@contoso.example mail=countess@contoso.example
         show ada
         > #1 forgotten
         cycle
         > adopt ada mail: ada@contoso.example -> countess@contoso.example, userPrincipalName: \
ada_contoso.example#EXT#@fabrikam.example -> countess_contoso.example#EXT#@fabrikam.example (matched)
         > remove bo (not-assigned)
         > remove cy (not-assigned)
         > restore di (back-in-scope)
         count
         > 4 users in the target
         show ada
         > #1
         show bo
         > #2 deleted removed",
    );
}

#[test]
fn who_was_disabled_meanwhile_is_disabled_and_counted() {
    check(
        "add ada
         assign ada
         cycle
         > create ada
         restart links
         set ada accountEnabled=false
         cycle
         > disable ada accountEnabled: true -> false
         show ada accountEnabled
         > #1 accountEnabled=false",
    );
}

#[test]
fn managers_stay_where_they_are_while_links_are_found_again() {
    check(
        "map manager manager
         add ada
         add bo
         manager ada bo
         assign ada
         assign bo
         cycle
         > create ada
         > update ada manager: - -> bo
         > create bo
         restart links
         cycle
         > adopt ada (matched)
         > adopt bo (matched)
         show ada manager
         > #1 manager=bo",
    );
}

#[test]
fn full_forgets_all_but_held_removals() {
    let people: Vec<String> = (0..12).map(|at| format!("p{at:02}")).collect();
    let each =
        |text: &str| people.iter().map(|name| text.replace('*', name) + "\n").collect::<String>();
    check(&format!(
        "{}{}cycle\n{}{}cycle\n{}restart full\nhold list\n{}cycle\nhold list\n{}restart force-deletes\n{}",
        each("add *"),
        each("assign *"),
        each("> create *"),
        each("unassign *"),
        each("> held remove * (removal-brake)"),
        each("> held remove * (removal-brake)"),
        each("> held remove * (removal-brake)"),
        each("> remove * (not-assigned)"),
    ));
}
