//! The manager flows as a reference: whoever stands for the manager in the target, as soon as somebody
//! does and for as long as somebody does, whatever the order.

use testkit::check;

#[test]
fn a_manager_who_is_there_comes_with_the_person() {
    check(
        "add bo
         assign bo
         cycle
         > create bo
         add ada
         manager ada bo
         assign ada
         cycle
         > create ada
         show ada manager
         > #1 manager=bo",
    );
}

#[test]
fn a_late_manager_is_set_without_any_restart() {
    check(
        "add ada
         add bo
         manager ada bo
         assign ada
         cycle
         > create ada
         show ada manager
         > #1 manager=-
         assign bo
         cycle
         > update ada manager: - -> bo
         > create bo",
    );
}

#[test]
fn a_manager_who_leaves_is_taken_away_and_comes_back() {
    check(
        "add ada
         add bo
         manager ada bo
         assign ada
         assign bo
         cycle
         > create ada
         > update ada manager: - -> bo
         > create bo
         unassign bo
         cycle
         > update ada manager: bo -> -
         > remove bo (not-assigned)
         show ada manager
         > #1 manager=-
         assign bo
         cycle
         > update ada manager: - -> bo
         > restore bo (back-in-scope)
         manager ada -
         cycle
         > update ada manager: bo -> -",
    );
}

#[test]
fn a_kept_manager_stays_when_the_source_has_none() {
    check(
        "map manager manager keeps
         add ada
         add bo
         manager ada bo
         scope all
         cycle
         > create ada
         > update ada manager: - -> bo
         > create bo
         manager ada -
         cycle
         show ada manager
         > #1 manager=bo",
    );
}

#[test]
fn a_reference_is_mapped_as_it_is() {
    check(
        "map manager '=ToUpper([manager])'
         > error: configuration-invalid
         map city manager
         > error: configuration-invalid",
    );
}

#[test]
fn no_chain_of_managers_is_closed_to_a_ring() {
    check(
        "map manager manager when-empty
         add ada
         add bo
         assign ada
         assign bo
         cycle
         > create ada
         > create bo
         target manager ada bo
         cycle
         manager bo ada
         cycle
         > refused update bo manager: - -> ada (manager-ring)
         > refused update bo manager: - -> ada (manager-ring)
         escrow
         > bo manager-ring attempt 1 due in 6 h
         target manager ada -
         cycle
         > update bo manager: - -> ada",
    );
}

#[test]
fn two_who_change_places_do_so_in_one_cycle() {
    check(
        "add ada
         add bo
         manager ada bo
         assign ada
         assign bo
         cycle
         > create ada
         > update ada manager: - -> bo
         > create bo
         manager ada -
         manager bo ada
         cycle
         > update ada manager: bo -> -
         > update bo manager: - -> ada",
    );
}
