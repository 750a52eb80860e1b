//! One LDIF entry (RFC 2849): folded lines joined, names and values told apart. What they mean is
//! said in `ldif`.

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{code, field::Fault};

/// An entry as it was written.
#[derive(Debug, Default)]
pub(super) struct Entry {
    pub(super) dn: String,
    pub(super) dn_line: u64,
    pub(super) values: Vec<EntryValue>,
}

/// One line of it.
#[derive(Debug)]
pub(super) struct EntryValue {
    /// The attribute in lower case, without options.
    pub(super) name: String,
    /// Whether it is in one language among several (RFC 3866).
    pub(super) in_language: bool,
    pub(super) bytes: Vec<u8>,
    /// Whether it stood in base64.
    pub(super) encoded: bool,
    pub(super) line: u64,
}

/// A fault and its line.
pub(super) type Located<T> = Result<T, (u64, Fault)>;

impl Entry {
    /// The values of an attribute that are text.
    pub(super) fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        self.values
            .iter()
            .filter(move |value| value.name == name)
            .filter_map(|value| std::str::from_utf8(&value.bytes).ok())
    }
}

/// Reads the lines of one entry. None when they hold none: comments, the version, the talk that
/// `ldapsearch` ends with.
pub(super) fn parse(text: &str, first_line: u64) -> Located<Option<Entry>> {
    let mut entry: Option<Entry> = None;
    for (line, content) in unfold(text, first_line)? {
        let value = parse_line(&content, line)?;
        match (&mut entry, value.name.as_str()) {
            (None, "version") if value.bytes == b"1" => {}
            (None, "version") => {
                return Err((line, Fault::new(code::LDIF, "only version 1 of LDIF is known")));
            }
            (None, "dn") => {
                let dn = String::from_utf8(value.bytes)
                    .map_err(|_| (line, Fault::new(code::ENCODING, "dn: not UTF-8")))?;
                entry = Some(Entry { dn, dn_line: line, values: Vec::new() });
            }
            (None, "search" | "result" | "ref") => return Ok(None),
            (None, _) => {
                let fault = Fault::new(code::LDIF, "an entry begins with 'dn:'")
                    .with_hint("a blank line ends an entry; is there one in the middle?");
                return Err((line, fault));
            }
            (Some(_), "changetype") if value.bytes.eq_ignore_ascii_case(b"add") => {}
            (Some(_), "changetype") => {
                let change = String::from_utf8_lossy(&value.bytes).into_owned();
                let message =
                    format!("a change of type '{change}', where only whole entries are read");
                return Err((line, Fault::new(code::LDIF_CHANGE, message)));
            }
            (Some(_), "control") => {}
            (Some(entry), _) => entry.values.push(value),
        }
    }
    Ok(entry)
}

/// Whole lines with the number of their first part; comments are gone.
fn unfold(text: &str, first_line: u64) -> Located<Vec<(u64, String)>> {
    let mut whole: Vec<(u64, String)> = Vec::new();
    let mut in_comment = false;
    for (number, line) in (first_line..).zip(text.split('\n')) {
        let line = line.strip_suffix('\r').unwrap_or(line);
        if let Some(more) = line.strip_prefix(' ') {
            match whole.last_mut() {
                _ if in_comment => {}
                Some((_, before)) => before.push_str(more),
                None => {
                    return Err((
                        number,
                        Fault::new(code::LDIF, "a folded line without a beginning"),
                    ));
                }
            }
            continue;
        }
        in_comment = line.starts_with('#');
        if !in_comment && !line.is_empty() {
            whole.push((number, line.to_owned()));
        }
    }
    Ok(whole)
}

fn parse_line(content: &str, line: u64) -> Located<EntryValue> {
    let fail = |code, message: String| (line, Fault::new(code, message));
    let (description, rest) = content
        .split_once(':')
        .filter(|(description, _)| is_description(description))
        .ok_or_else(|| fail(code::LDIF, "expected 'name: value'".to_owned()))?;
    let mut parts = description.split(';');
    let name = parts.next().unwrap_or_default().to_ascii_lowercase();
    let in_language = parts
        .any(|option| option.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("lang-")));
    let (bytes, encoded) = if let Some(base64) = rest.strip_prefix(':') {
        let bytes = STANDARD
            .decode(base64.trim())
            .map_err(|_| fail(code::LDIF, format!("{name}: the value is not base64")))?;
        (bytes, true)
    } else if rest.starts_with('<') {
        let message = format!("{name}: the value stands at a URL, which is not opened");
        let fault = Fault::new(code::LDIF_URL, message)
            .with_hint("write the value itself, in base64 behind '::'");
        return Err((line, fault));
    } else {
        (rest.trim_start_matches(' ').as_bytes().to_vec(), false)
    };
    Ok(EntryValue { name, in_language, bytes, encoded, line })
}

/// A name or an OID with options, as in `cn;lang-de`.
fn is_description(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.;_=".contains(&byte))
}
