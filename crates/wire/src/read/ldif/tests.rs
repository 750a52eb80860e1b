//! Text in, text out.

use crate::{Format, Options, read::testing::check_with};
use model::Kind;

/// As `slapcat` prints a small directory.
const SLAPCAT: &str = "dn: dc=x,dc=example
objectClass: top
objectClass: dcObject
objectClass: organization
o: X
dc: x
structuralObjectClass: organization
entryUUID: 7a1f2a0e-6b0e-103f-9d0c-1b2c3d4e5f60

dn: ou=People,dc=x,dc=example
objectClass: organizationalUnit
ou: People

# Ada came first,
 and this comment is folded
dn: uid=ada,ou=People,dc=x,dc=example
objectClass: inetOrgPerson
objectClass: posixAccount
uid: ada
cn: Ada Lovelace
cn: Countess of Lovelace
cn;lang-de: Ada Graefin Lovelace
sn: Lovelace
givenName: Ada
displayName:: QWRhIEvDtm5pZyBMb3ZlbGFjZQ==
mail: ada@x.example
mail: countess@x.example
telephoneNumber: +44 1
telephoneNumber: +44 2; extension 3
title: A title so long that it has to be folded by
  the tool that prints it
departmentNumber: 42
ou: People
o: Engines
postalAddress: 12 St James's Square $ London
l: London
c: GB
manager: UID=charles, OU=People,DC=x , dc=example
uidNumber: 1000
userPassword:: e1NTSEF9eA==
jpegPhoto:: /9j/4AAQ
structuralObjectClass: inetOrgPerson
entryUUID: 01234567-89ab-cdef-0123-456789abcdef
entryCSN: 20260131080000.000000Z#000000#000#000000

dn:: dWlkPWp1cmdlbixvdT1Qw6RvcGxlLGRjPXg=
objectClass: account
uid: jurgen
description;lang-de: nichts

";

#[track_caller]
fn check(kind: Kind, text: &str, expected: &str) {
    let options = Options { default_domain: Some("x.example".to_owned()), ..Options::new(kind) };
    check_with(Format::Ldif, options, text.as_bytes(), expected);
}

#[test]
fn people_of_a_slapcat() {
    check(
        Kind::User,
        SLAPCAT,
        "14 id 01234567-89ab-cdef-0123-456789abcdef
  businessPhones: +44 1; +44 2; extension 3
  city: London
  companyName: Engines
  country: GB
  department: 42
  displayName: Ada König Lovelace
  givenName: Ada
  jobTitle: A title so long that it has to be folded by the tool that prints it
  mail: ada@x.example
  mailNickname: ada
  otherMails: countess@x.example
  streetAddress: 12 St James's Square|London
  surname: Lovelace
  userPrincipalName: ada@x.example
  manager Handle(\"uid=charles,ou=people,dc=x,dc=example\")
  handle uid=ada,ou=people,dc=x,dc=example
  handle uid=ada
46
  mailNickname: jurgen
  userPrincipalName: jurgen@x.example
  handle uid=jurgen,ou=päople,dc=x
  handle uid=jurgen
ignored description: 1
ignored entrycsn: 1
ignored jpegphoto: 1
ignored uidnumber: 1
ignored userpassword: 1
passed over organization: 1
passed over organizationalUnit: 1",
    );
}

#[test]
fn line_ends_of_windows_and_names_in_one_language() {
    check(
        Kind::User,
        "version: 1\r\ndn: cn=a\\2Cb,dc=x\r\ncn;lang-de: Ada\r\ncn;lang-en: Ada L\r\n\r\n",
        "1\n  displayName: Ada\n  handle cn=a\\2cb,dc=x\nignored cn (further values): 1",
    );
}

#[test]
fn groups_and_their_members() {
    check(
        Kind::Group,
        "dn: cn=staff,dc=x\nobjectClass: groupOfNames\ncn: staff\ndescription: all\nmail: staff@x.example\n\
         member: uid=Ada , dc=x\nmember: entryUUID=01234567-89ab-cdef-0123-456789abcdef,dc=x\n\n\
         dn: cn=wheel,dc=x\nobjectClass: posixGroup\ncn: wheel\ngidNumber: 10\nmemberUid: Ada\nmemberUid: bob\n\n\
         dn: uid=ada,dc=x\nobjectClass: inetOrgPerson\nobjectClass: top\n",
        "1\n  description: all\n  displayName: staff\n  mail: staff@x.example\n\
         \x20 member Handle(\"uid=ada,dc=x\")\n\
         \x20 member Id(01234567-89ab-cdef-0123-456789abcdef)\n\
         \x20 handle cn=staff,dc=x\n\
         9\n  displayName: wheel\n\
         \x20 member Handle(\"uid=ada\")\n\
         \x20 member Handle(\"uid=bob\")\n\
         \x20 handle cn=wheel,dc=x\n\
         ignored gidnumber: 1\n\
         passed over inetOrgPerson: 1",
    );
}

#[test]
fn bad_entries_in_the_middle_cost_only_themselves() {
    check(
        Kind::User,
        "dn: uid=a,dc=x\ncn: A\n\n\
         dn: uid=b,dc=x\nchangetype: modify\nreplace: cn\ncn: B\n-\n\n\
         dn: uid=c,dc=x\nchangetype: add\ncn:< file:///etc/passwd\n\n\
         cn: D\n\n\
         dn: uid=e,dc=x\ncn\n\n\
         dn: uid=f,dc=x\ncn:: !\n\n\
         dn: uid=g,dc=x\nemployeeNumber: 12345678901234567\n\n\
         dn: uid=h,dc=x\ncn:: /w==\n\n\
         dn: nobody\ncn: I\n\n\
         dn: uid=z,dc=x\nchangetype: add\ncn: Z\n\n\
         search: 2\nresult: 0 Success\n",
        "1\n  displayName: A\n  handle uid=a,dc=x\n\
         reject 5:1 ldif-change: a change of type 'modify', where only whole entries are read (-) dn: uid=b,dc=x|changetype: modify|replace: cn|cn: B|-|\n\
         reject 12:1 ldif-url: cn: the value stands at a URL, which is not opened (write the value itself, in base64 behind '::') dn: uid=c,dc=x|changetype: add|cn:< file:///etc/passwd|\n\
         reject 14:1 ldif: an entry begins with 'dn:' (a blank line ends an entry; is there one in the middle?) cn: D|\n\
         reject 17:1 ldif: expected 'name: value' (-) dn: uid=e,dc=x|cn|\n\
         reject 20:1 ldif: cn: the value is not base64 (-) dn: uid=f,dc=x|cn:: !|\n\
         reject 23:1 too-long: employeeId: 17 characters, where 16 are the limit (-) dn: uid=g,dc=x|employeeNumber: 12345678901234567|\n\
         reject 26:1 encoding: cn: the value is not UTF-8 (-) dn: uid=h,dc=x|cn:: /w==|\n\
         reject 28:1 ldif: dn: 'nobody' is no distinguished name (-) dn: nobody|cn: I|\n\
         31\n  displayName: Z\n  handle uid=z,dc=x",
    );
}

#[test]
fn a_column_map_may_keep_the_name_of_the_entry() {
    let mut options = Options::new(Kind::User);
    for pair in ["dn=onPremisesDistinguishedName", "uidNumber=employeeId", "cn="] {
        options.columns.add(pair).expect("a pair");
    }
    check_with(
        Format::Ldif,
        options,
        b"dn: UID=a,dc=x\ncn: A\nuidNumber: 7\n",
        "1\n  employeeId: 7\n  onPremisesDistinguishedName: UID=a,dc=x\n  handle uid=a,dc=x",
    );
}
