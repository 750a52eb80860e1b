//! Older and other names of attributes, and Graph's name for each.
//!
//! The only place of the product where these words occur beside the LDAP map. Import takes them
//! all; export writes those of [`OLDER`] when asked to.

/// Names that older directory tools use, each with Graph's; an attribute stands at most once.
pub const OLDER: &[(&str, &str)] = &[
    ("telephoneNumber", "businessPhones"),
    ("mobile", "mobilePhone"),
    ("physicalDeliveryOfficeName", "officeLocation"),
    ("facsimileTelephoneNumber", "faxNumber"),
    ("sn", "surname"),
    ("title", "jobTitle"),
    ("l", "city"),
    ("st", "state"),
    ("co", "country"),
    ("company", "companyName"),
    ("employeeNumber", "employeeId"),
    ("alternateEmailAddress", "otherMails"),
    ("sAMAccountName", "onPremisesSamAccountName"),
];

/// Headings that people and products give to columns, folded as [`fold`] does. Graph's own names
/// and those of [`OLDER`] need no line here.
pub const HEADINGS: &[(&str, &str)] = &[
    ("objectid", "id"),
    ("userid", "id"),
    ("groupid", "id"),
    ("entryuuid", "id"),
    ("name", "displayName"),
    ("fullname", "displayName"),
    ("commonname", "displayName"),
    ("groupname", "displayName"),
    ("firstname", "givenName"),
    ("forename", "givenName"),
    ("lastname", "surname"),
    ("familyname", "surname"),
    ("email", "mail"),
    ("emailaddress", "mail"),
    ("mailaddress", "mail"),
    ("primaryemail", "mail"),
    ("alternateemail", "otherMails"),
    ("alternateemailaddresses", "otherMails"),
    ("upn", "userPrincipalName"),
    ("username", "userPrincipalName"),
    ("signinname", "userPrincipalName"),
    ("alias", "mailNickname"),
    ("nickname", "mailNickname"),
    ("phone", "businessPhones"),
    ("telephone", "businessPhones"),
    ("phonenumber", "businessPhones"),
    ("officephone", "businessPhones"),
    ("businessphone", "businessPhones"),
    ("workphone", "businessPhones"),
    ("cell", "mobilePhone"),
    ("cellphone", "mobilePhone"),
    ("mobilenumber", "mobilePhone"),
    ("mobilephonenumber", "mobilePhone"),
    ("fax", "faxNumber"),
    ("office", "officeLocation"),
    ("officename", "officeLocation"),
    ("room", "officeLocation"),
    ("street", "streetAddress"),
    ("address", "streetAddress"),
    ("town", "city"),
    ("province", "state"),
    ("stateorprovince", "state"),
    ("countryorregion", "country"),
    ("zip", "postalCode"),
    ("zipcode", "postalCode"),
    ("ziporpostalcode", "postalCode"),
    ("postcode", "postalCode"),
    ("organization", "companyName"),
    ("position", "jobTitle"),
    ("employeeno", "employeeId"),
    ("hiredate", "employeeHireDate"),
    ("language", "preferredLanguage"),
    ("enabled", "accountEnabled"),
    ("directorysynced", "onPremisesSyncEnabled"),
    ("invitationstate", "externalUserState"),
    ("dn", "onPremisesDistinguishedName"),
    ("distinguishedname", "onPremisesDistinguishedName"),
    ("manageremail", "manager"),
    ("managerupn", "manager"),
    ("managerid", "manager"),
    ("member", "members"),
    ("groupmembers", "members"),
];

/// Graph's name for an older name, in any case of letters.
pub fn graph_name(older: &str) -> Option<&'static str> {
    OLDER.iter().find(|(name, _)| name.eq_ignore_ascii_case(older)).map(|(_, graph)| *graph)
}

/// The older name of an attribute.
pub fn older_name(graph: &str) -> Option<&'static str> {
    OLDER.iter().find(|(_, name)| *name == graph).map(|(older, _)| *older)
}

/// A heading without what people write in more than one way: case, blanks, `_`, `-`, `.`.
pub fn fold(heading: &str) -> String {
    heading
        .chars()
        .filter(|c| !matches!(c, '_' | '-' | '.') && !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Name;

    #[test]
    fn every_alias_leads_to_a_name_that_exists() {
        for (alias, graph) in OLDER.iter().chain(HEADINGS) {
            let special = ["id", "manager", "members"].contains(graph);
            assert!(special || Name::find_known(graph).is_some(), "{alias} = {graph}");
            assert!(Name::find_known(alias).is_none(), "{alias} is an attribute itself");
        }
    }

    #[test]
    fn export_and_import_of_older_names_agree() {
        for (older, graph) in OLDER {
            assert_eq!(older_name(graph), Some(*older));
            assert_eq!(graph_name(&older.to_uppercase()), Some(*graph));
        }
    }

    #[test]
    fn headings_are_folded_already() {
        assert!(HEADINGS.iter().all(|(heading, _)| fold(heading) == *heading));
        assert_eq!(fold("E-Mail _Address"), "emailaddress");
    }
}
