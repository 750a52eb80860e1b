//! Distinguished names, so far as two spellings of one name have to become equal (RFC 4514).

use std::fmt::Write;

use model::ObjectId;

/// The attribute by which the names that we write ourselves begin; its value is the object's id.
const ID: &str = "entryuuid";

/// The name in its one form: no blanks around separators, single blanks inside, letters in lower
/// case, escapes resolved and the necessary ones written as hexadecimal. None when it is no name.
pub fn normalise(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    loop {
        let (name, after) = rest.split_once('=')?;
        let name = name.trim();
        if name.is_empty()
            || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._ ".contains(&b))
        {
            return None;
        }
        out.extend(name.chars().map(|c| c.to_ascii_lowercase()));
        out.push('=');
        let end = value_end(after);
        push_value(&mut out, &unescape(after[..end].trim_start())?);
        match after[end..].chars().next() {
            None => return Some(out),
            // A `;` between the parts is the older form of a comma.
            Some('+') => out.push('+'),
            Some(_) => out.push(','),
        }
        rest = &after[end + 1..];
    }
}

/// The object that a normalised name gives by its first part: our own export names people so.
pub fn object_id(handle: &str) -> Option<ObjectId> {
    first_value(handle, ID)?.parse().ok()
}

/// The uid that a handle gives by its first part. An importer that has the account no longer at
/// hand may look it up as a mail nickname.
pub fn uid(handle: &str) -> Option<&str> {
    first_value(handle, "uid")
}

/// The handle of an account by its uid, as a POSIX group names its members.
pub(crate) fn of_uid(uid: &str) -> String {
    let mut out = "uid=".to_owned();
    push_value(&mut out, uid);
    out
}

/// The name under which our own export puts an object.
pub(crate) fn of_object(id: ObjectId, base: &str) -> String {
    let separator = if base.is_empty() { "" } else { "," };
    format!("entryUUID={id}{separator}{base}")
}

fn first_value<'a>(handle: &'a str, name: &str) -> Option<&'a str> {
    let (first, value) = handle.split_once('=')?;
    (first == name).then(|| value.split([',', '+']).next().unwrap_or(value))
}

/// Where the value ends: at a separator that is neither escaped nor quoted, or at the end.
fn value_end(text: &str) -> usize {
    let mut escaped = false;
    let mut quoted = false;
    for (index, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            ',' | '+' | ';' if !quoted => return index,
            _ => {}
        }
    }
    text.len()
}

/// The value itself. Blanks at its end count only when escaped.
fn unescape(text: &str) -> Option<String> {
    let mut out: Vec<u8> = Vec::with_capacity(text.len());
    let mut kept = 0;
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'\\' => {
                if let Some(hex) = after.get(..2).and_then(hex_byte) {
                    out.push(hex);
                    rest = &after[2..];
                } else {
                    let (&next, after) = after.split_first()?;
                    out.push(next);
                    rest = after;
                }
                kept = out.len();
            }
            b'"' => {}
            b' ' => out.push(b' '),
            other => {
                out.push(other);
                kept = out.len();
            }
        }
    }
    out.truncate(kept);
    String::from_utf8(out).ok()
}

fn hex_byte(digits: &[u8]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    Some((digit(digits[0])? * 16 + digit(digits[1])?) as u8)
}

fn push_value(out: &mut String, value: &str) {
    let inside =
        value.len() - value.trim_start_matches(' ').len()..value.trim_end_matches(' ').len();
    let mut blank = false;
    for (index, c) in value.char_indices() {
        let repeated = blank && c == ' ';
        blank = c == ' ';
        match c {
            _ if repeated => {}
            // Blanks at the ends were escaped, else they would be gone by now.
            ' ' if !inside.contains(&index) => out.push_str("\\20"),
            ',' | '+' | ';' | '"' | '\\' | '<' | '>' | '=' | '\0'..'\x20' => {
                write!(out, "\\{:02x}", u32::from(c)).expect("a String takes all text");
            }
            _ => out.extend(c.to_lowercase()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(normalise(text).as_deref().unwrap_or("none"), expected, "{text}");
        if expected != "none" {
            assert_eq!(normalise(expected).as_deref(), Some(expected), "it stays as it is");
        }
    }

    #[test]
    fn spellings_of_one_name_become_equal() {
        check("UID=Ada, OU=People ,DC=Example", "uid=ada,ou=people,dc=example");
        check("cn=Lovelace\\, Ada,dc=x", "cn=lovelace\\2c ada,dc=x");
        check("cn=Lovelace\\2C  Ada,dc=x", "cn=lovelace\\2c ada,dc=x");
        check("cn=\"Lovelace, Ada\";dc=x", "cn=lovelace\\2c ada,dc=x");
        check("cn=a+uid = b,dc=x", "cn=a+uid=b,dc=x");
        check("cn=J\\C3\\BCrgen,dc=x", "cn=jürgen,dc=x");
        check("cn=a\\ ,dc=x", "cn=a\\20,dc=x");
    }

    #[test]
    fn what_is_no_name_gives_none() {
        check("", "none");
        check("Ada", "none");
        check("cn=a,b", "none");
        check("cn=a\\", "none");
        check("cn=\\ff", "none");
    }

    #[test]
    fn the_first_part_tells_ids_and_uids() {
        let id = "01234567-89ab-cdef-0123-456789abcdef";
        let name = normalise(&format!("entryUUID={id},dc=x")).expect("a name");
        assert_eq!(object_id(&name).map(|id| id.to_string()).as_deref(), Some(id));
        assert_eq!(uid("uid=ada,dc=x"), Some("ada"));
        assert_eq!(uid("cn=ada,dc=x"), None);
    }
}
