//! Escrow: when people are tried again, when they are given up, and what brings them back.

use testkit::check;

/// Somebody whose address an internal user of the target holds.
const BLOCKED: &str = "add bo
    target add desk mail=bo@contoso.example
    assign bo
    cycle
    > fail bo (ambiguous-user)
    escrow
    > bo ambiguous-user attempt 1 due in 6 h\n";

#[track_caller]
fn blocked(rest: &str) {
    check(&format!("{BLOCKED}{rest}"));
}

#[test]
fn after_six_twelve_and_twenty_four_hours_then_daily_until_the_28th_day() {
    let days: String = (0..26)
        .map(|day| {
            format!(
                "wait 24h\ncycle\nescrow\n> bo ambiguous-user attempt {} due in 24 h\n",
                day + 4
            )
        })
        .collect();
    blocked(&format!(
        "wait 5h
         cycle
         escrow
         > bo ambiguous-user attempt 1 due in 1 h
         wait 1h
         cycle
         escrow
         > bo ambiguous-user attempt 2 due in 12 h
         wait 12h
         cycle
         escrow
         > bo ambiguous-user attempt 3 due in 24 h
         {days}wait 6h
         # 27 days from the first failure: the last attempt is on the 28th, not after it.
         wait 18h
         cycle
         escrow
         > bo ambiguous-user attempt 30 due in 6 h
         wait 6h
         cycle
         > fail bo (given-up)
         escrow
         > bo ambiguous-user given up
         wait 90d
         cycle
         escrow
         > bo ambiguous-user given up"
    ));
}

#[test]
fn a_retry_brings_somebody_back_who_was_given_up() {
    blocked(
        "wait 28d
         cycle
         > fail bo (given-up)
         retry bo
         > fail bo (ambiguous-user)
         escrow
         > bo ambiguous-user attempt 1 due in 6 h
         wait 28d
         cycle
         > fail bo (given-up)
         target set desk mail=desk@fabrikam.example
         retry
         > create bo
         escrow",
    );
}

#[test]
fn a_change_at_home_brings_somebody_back_who_was_given_up() {
    blocked(
        "wait 28d
         cycle
         > fail bo (given-up)
         set bo city=Oslo
         cycle
         > fail bo (ambiguous-user)
         escrow
         > bo ambiguous-user attempt 1 due in 6 h
         wait 28d
         cycle
         > fail bo (given-up)
         set bo mail=bo2@contoso.example
         cycle
         > create bo
         escrow",
    );
}

#[test]
fn what_somebody_waits_for_brings_the_person_back_and_any_other_change_there_does_not() {
    blocked(
        "wait 28d
         cycle
         > fail bo (given-up)
         target set desk city=Oslo
         cycle
         escrow
         > bo ambiguous-user given up
         target set desk mail=desk@fabrikam.example
         cycle
         > create bo
         escrow",
    );
}

#[test]
fn an_administrator_can_give_somebody_up_at_once() {
    blocked(
        "give-up bo
         > gave 1 up
         escrow
         > bo ambiguous-user given up
         wait 30d
         cycle
         add ada
         give-up ada
         > stopped: not-found
         retry bo
         > fail bo (ambiguous-user)",
    );
}

#[test]
fn the_times_are_the_jobs() {
    blocked(
        "retries 1 2 3
         wait 6h
         cycle
         escrow
         > bo ambiguous-user attempt 2 due in 2 h
         wait 2h
         cycle
         escrow
         > bo ambiguous-user attempt 3 due in 2 h
         wait 3d
         cycle
         > fail bo (given-up)
         escrow
         > bo ambiguous-user given up",
    );
}

#[test]
fn a_value_that_the_target_refuses_falls_away_and_the_others_flow() {
    let long = "x".repeat(70);
    check(&format!(
        "scope all
         map department '=[streetAddress]'
         add ada streetAddress={long} city=Rome
         cycle
         > fail ada (value-refused)
         > create ada
         show ada city department
         > #1 city=Rome department=-
         escrow
         > ada value-refused attempt 1 due in 6 h
         set ada city=Oslo
         cycle
         > update ada city: Rome -> Oslo
         set ada streetAddress=Sales
         cycle
         > update ada streetAddress: {long} -> Sales, department: - -> Sales
         escrow"
    ));
}

#[test]
fn nobody_is_made_without_what_says_who_it_is_or_may_do() {
    check(
        "scope all
         map userType '=[jobTitle]'
         add ada jobTitle=Boss
         cycle
         > fail ada (value-refused)
         show ada
         > nobody",
    );
}
