//! Query strings in, questions or refusals out.

use model::{
    ExtensionType, Kind,
    query::{Comparison, Field, Operand, Order, Predicate, Test},
};

use super::*;
use crate::odata::Limits;

/// Asks for live users without the header; `!` before a query string adds header and `$count=true`.
#[track_caller]
fn check(query: &str, expected: &str) {
    check_of(Kind::User, false, query, expected);
}

#[track_caller]
fn check_of(kind: Kind, deleted: bool, query: &str, expected: &str) {
    let (eventual, text) = match query.strip_prefix('!') {
        Some(rest) => (true, format!("$count=true&{rest}")),
        None => (false, query.to_owned()),
    };
    let options = Options::parse(&text, Limits::USUAL).expect("they can be read");
    let extension = |name: &str| match name {
        "extension_ab_badge" => Some(ExtensionType::String),
        "extension_ab_level" => Some(ExtensionType::Integer),
        _ => None,
    };
    let found = match (Asked { kind, deleted, eventual, extension: &extension }).lower(&options) {
        Ok(Question { predicate, order, descending, count }) => {
            assert_eq!(count, eventual, "{query}");
            let direction = if descending { " down" } else { "" };
            format!("{} by {}{direction}", show(&predicate), show_order(&order))
        }
        Err(fault) => {
            let text = options.text(fault.option).expect("the fault names an option");
            format!("{} [{}] {}", fault.code.as_str(), &text[fault.span], fault.message)
        }
    };
    assert_eq!(found, expected, "{query}");
}

fn show_order(order: &Order) -> String {
    match order {
        Order::Text(name) => name.to_string(),
        other => format!("{other:?}").to_lowercase(),
    }
}

fn show(predicate: &Predicate) -> String {
    let all = |parts: &[Predicate]| parts.iter().map(show).collect::<Vec<_>>().join(" ");
    match predicate {
        Predicate::And(parts) if parts.is_empty() => "everybody".to_owned(),
        Predicate::Or(parts) if parts.is_empty() => "nobody".to_owned(),
        Predicate::And(parts) => format!("(and {})", all(parts)),
        Predicate::Or(parts) => format!("(or {})", all(parts)),
        Predicate::Not(part) => format!("(not {})", show(part)),
        Predicate::Any(name, part) => format!("(any {name} {})", show(part)),
        Predicate::Test(field, test) => {
            let field = match field {
                Field::Attribute(name) => name.to_string(),
                Field::Part(part) => format!(".{part}"),
                other => format!("{other:?}").to_lowercase(),
            };
            format!("({field} {})", show_test(test))
        }
    }
}

fn show_test(test: &Test) -> String {
    match test {
        Test::Present => "there".to_owned(),
        Test::Equals(operand) => format!("= {}", show_operand(operand)),
        Test::Compare(comparison, operand) => {
            let sign = match comparison {
                Comparison::Less => "<",
                Comparison::LessOrEqual => "<=",
                Comparison::Greater => ">",
                Comparison::GreaterOrEqual => ">=",
            };
            format!("{sign} {}", show_operand(operand))
        }
        Test::StartsWith(text) => format!("{}…", text.as_str()),
        Test::EndsWith(text) => format!("…{}", text.as_str()),
        Test::Contains(text) => format!("…{}…", text.as_str()),
        Test::Words(words) => format!("words {}", words.join(",")),
    }
}

fn show_operand(operand: &Operand) -> String {
    match operand {
        Operand::Text(text) => text.as_str().to_owned(),
        Operand::Boolean(value) => value.to_string(),
        Operand::Integer(number) => number.to_string(),
        Operand::Time(at) => at.to_string(),
        Operand::Id(id) => id.to_string(),
    }
}

#[test]
fn what_sync_tools_send() {
    check("", "everybody by row");
    check("$filter=userType eq 'Guest'", "(userType = guest) by id");
    check("$filter=accountEnabled eq true", "(accountEnabled = true) by id");
    check("$filter=accountEnabled", "(accountEnabled = true) by id");
    check("$filter=mail eq 'Ada@north.example'", "(mail = ada@north.example) by id");
    check("$filter=startswith(displayName,'Ad')", "(displayName ad…) by displayName");
    check(
        "$filter=proxyAddresses/any(p:p eq 'smtp:a@b.example')",
        "(any proxyAddresses (item = smtp:a@b.example)) by id",
    );
    check("$filter=otherMails/any(o:startswith(o,'a'))", "(any otherMails (item a…)) by row");
    check(
        "$filter=externalUserState eq 'PendingAcceptance'",
        "(externalUserState = pendingacceptance) by id",
    );
    check("$filter=creationType eq 'Invitation'", "(creationType = invitation) by id");
    check("$filter=onPremisesSyncEnabled eq true", "(onPremisesSyncEnabled = true) by id");
    check("$filter=employeeId eq '007'", "(employeeId = 007) by id");
    check("$filter=extension_ab_badge eq 'x'", "(extension_ab_badge = x) by id");
    check("$filter=extension_ab_level eq 7", "(extension_ab_level = 7) by row");
    check(
        "$filter=id in ('6f2e1a34-0000-4000-8000-0123456789ab',6F2E1A34-0000-4000-8000-0123456789AC)",
        "(or (id = 6f2e1a34-0000-4000-8000-0123456789ab) (id = 6f2e1a34-0000-4000-8000-0123456789ac)) by id",
    );
    check(
        "!$filter=endswith(userPrincipalName,'%23EXT%23@contoso.example')",
        "(userPrincipalName …#ext#@contoso.example) by row",
    );
    check(
        "$filter=externalUserStateChangeDateTime ge 2026-01-31",
        "(externalUserStateChangeDateTime >= 2026-01-31T00:00:00Z) by row",
    );
}

#[test]
fn what_takes_an_advanced_query_is_refused_without() {
    let missing = "is not supported because the required parameters might be missing. Try adding \
                   $count=true query parameter and ConsistencyLevel:eventual header";
    let check_advanced = |filter: &str, what: &str, expected: &str| {
        let query = format!("$filter={filter}");
        check(&query, &format!("Request_UnsupportedQuery [{filter}] {what} {missing}"));
        check(&format!("!{query}"), expected);
    };
    check_advanced("userType ne 'Guest'", "Operator 'ne'", "(not (userType = guest)) by row");
    check_advanced(
        "not (userType eq 'Guest')",
        "Operator 'not'",
        "(not (userType = guest)) by row",
    );
    check_advanced("endswith(mail,'x')", "Operator 'endsWith'", "(mail …x) by row");
    check_advanced("mail eq null", "Operator 'eq null' of 'mail'", "(not (mail there)) by row");
    check_advanced(
        "companyName eq 'x'",
        "Operator 'eq' of 'companyName'",
        "(companyName = x) by id",
    );
    check_advanced(
        "mobilePhone in ('x')",
        "Operator 'in' of 'mobilePhone'",
        "(or (mobilePhone = x)) by id",
    );
    check_advanced(
        "createdDateTime ge 2026-01-31",
        "Operator 'ge' of 'createdDateTime'",
        "(created >= 2026-01-31T00:00:00Z) by row",
    );
    check_advanced("assignedLicenses/$count eq 0", "$count inside $filter", "(not nobody) by row");
    check_advanced("otherMails/$count ne 0", "$count inside $filter", "(otherMails there) by row");
    check_advanced(
        "onPremisesExtensionAttributes/extensionAttribute1 eq 'x'",
        "Operator 'eq' of 'onPremisesExtensionAttributes/extensionAttribute1'",
        "(extensionAttribute1 = x) by row",
    );
    let both = "$filter=mail eq 'x'&$orderby=displayName";
    check(
        both,
        &format!("Request_UnsupportedQuery [displayName] $orderby together with $filter {missing}"),
    );
    check(&format!("!{both} desc"), "(mail = x) by displayName down");
    check(
        "$search=\"displayName:wa\"",
        "Request_UnsupportedQuery [\"displayName:wa\"] $search takes the header 'ConsistencyLevel: eventual'",
    );
}

#[test]
fn a_count_without_the_header_is_passed_over() {
    let options = Options::parse("$count=true", Limits::USUAL).expect("they can be read");
    let asked = Asked { kind: Kind::User, deleted: false, eventual: false, extension: &|_| None };
    assert!(!asked.lower(&options).expect("it is answered").count);
}

#[test]
fn what_is_never_answered() {
    check(
        "$filter=nothing eq 'x'",
        "Request_BadRequest [nothing] could not find a property named 'nothing' on type 'microsoft.graph.user'",
    );
    check(
        "$filter=extension_ab_other eq 'x'",
        "Request_BadRequest [extension_ab_other] could not find a property named 'extension_ab_other' on type 'microsoft.graph.user'",
    );
    check(
        "!$filter=passwordPolicies eq 'x'",
        "Request_UnsupportedQuery [passwordPolicies eq 'x'] 'eq' is not supported for 'passwordPolicies'",
    );
    check(
        "!$filter=contains(displayName,'x')",
        "Request_UnsupportedQuery [contains(displayName,'x')] 'contains' is not supported for 'displayName'",
    );
    check(
        "!$filter=endswith(displayName,'x')",
        "Request_UnsupportedQuery [endswith(displayName,'x')] 'endswith' is not supported for 'displayName'",
    );
    check(
        "!$filter=otherMails/all(o:o eq 'x')",
        "Request_UnsupportedQuery [otherMails/all(o:o eq 'x')] 'all' is not supported here",
    );
    check(
        "$filter=tolower(mail) eq 'x'",
        "Request_UnsupportedQuery [tolower(mail)] a property must stand on the left, without a function",
    );
    check(
        "$filter=mail eq displayName",
        "Request_UnsupportedQuery [displayName] a value must stand on the right",
    );
    check(
        "$filter=accountEnabled eq 'true'",
        "Request_BadRequest [accountEnabled eq 'true'] 'accountEnabled' is compared with true or false",
    );
    check("$filter=id eq 'x'", "Request_BadRequest [id eq 'x'] invalid object identifier 'x'");
    check(
        "$filter=otherMails eq 'x'",
        "Request_BadRequest [otherMails] 'otherMails' is a list, whose members are asked by 'any'",
    );
    check("$filter=mail/any(m:m eq 'x')", "Request_BadRequest [mail] 'mail' is no list");
    check(
        "$filter=otherMails/any(o:mail eq 'x')",
        "Request_UnsupportedQuery [mail] inside 'any' only the member itself can be asked about",
    );
    check(
        "$filter=city ge 'x'",
        "Request_UnsupportedQuery [city ge 'x'] 'ge' is not supported for 'city'",
    );
    check("$orderby=city", "Request_UnsupportedQuery [city] ordering by 'city' is not supported");
    check(
        "$orderby=displayName,id",
        "Request_UnsupportedQuery [id] ordering by more than one property is not supported",
    );
    check("$skip=10", "Request_BadRequest [10] $skip is not supported here");
}

#[test]
fn identities_are_asked_by_issuer_and_id() {
    check(
        "$filter=identities/any(i:i/issuerAssignedId eq 'ada' and i/issuer eq 'north.example')",
        "(any identities (and (.issuerAssignedId = ada) (or (.issuer = north.example) (.signInType = username) \
         (.signInType emailaddress…)) (not (.signInType = userprincipalname)))) by id",
    );
    check(
        "$filter=identities/any(i:i/issuer eq 'google.com')",
        "(any identities (and (.issuer = google.com) (not (.signInType = userprincipalname)))) by id",
    );
    check(
        "$filter=identities/any(i:i/issuerAssignedId eq 'ada')",
        "Request_UnsupportedQuery [i/issuerAssignedId eq 'ada'] issuerAssignedId needs issuer beside it",
    );
    check(
        "$filter=identities/any(i:i/issuer eq 'x')",
        "Request_UnsupportedQuery [i/issuer eq 'x'] identities are asked by issuerAssignedId and issuer, each with 'eq', joined by 'and'",
    );
}

#[test]
fn instants_finer_than_ours_keep_their_meaning() {
    let check = |filter: &str, expected: &str| {
        check(&format!("!$filter=createdDateTime {filter} 2026-01-31T00:00:00.0005Z"), expected);
    };
    check("eq", "nobody by row");
    check("ge", "(created > 2026-01-31T00:00:00Z) by row");
    check("gt", "(created > 2026-01-31T00:00:00Z) by row");
    check("lt", "(created <= 2026-01-31T00:00:00Z) by row");
    check("le", "(created <= 2026-01-31T00:00:00Z) by row");
}

#[test]
fn searches_are_cut_into_words_or_begin() {
    check(
        "!$search=\"displayName:Ada Lo\" OR \"mail:Wa\" AND \"otherMails:x\"",
        "(or (displayName words ada,lo) (and (mail wa…) (any otherMails (item x…)))) by row",
    );
    check(
        "!$search=\"displayName:wa\"&$filter=mail eq 'x'",
        "(and (mail = x) (displayName words wa)) by id",
    );
    check(
        "!$search=\"accountEnabled:x\"",
        "Request_UnsupportedQuery [\"accountEnabled:x\"] 'accountEnabled' cannot be searched",
    );
    check(
        "!$search=\"displayName:...\"",
        "Request_BadRequest [\"displayName:...\"] '...' has no word to look for",
    );
}

#[test]
fn groups_and_deleted_people() {
    let check_group = |query: &str, expected: &str| check_of(Kind::Group, false, query, expected);
    check_group(
        "$filter=groupTypes/any(c:c eq 'Unified')",
        "(any groupTypes (item = unified)) by id",
    );
    check_group("$filter=securityEnabled eq true", "(securityEnabled = true) by id");
    check_group("$filter=classification eq 'x'", "nobody by row");
    check_group("!$filter=description eq 'x'", "(description = x) by row");
    check_group(
        "!$filter=createdDateTime ge 2026-01-31",
        "Request_UnsupportedQuery [createdDateTime ge 2026-01-31] 'ge' is not supported for 'createdDateTime'",
    );
    check_group(
        "$orderby=userPrincipalName",
        "Request_BadRequest [userPrincipalName] could not find a property named 'userPrincipalName' on type 'microsoft.graph.group'",
    );
    check_of(Kind::User, true, "$filter=mail eq 'x'", "(mail = x) by row");
    check_of(Kind::User, true, "!$orderby=deletedDateTime desc", "everybody by deleted down");
    check(
        "!$orderby=deletedDateTime",
        "Request_UnsupportedQuery [deletedDateTime] ordering by 'deletedDateTime' is not supported",
    );
}
