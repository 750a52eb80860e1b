//! Paths as Graph's callers write them (graph-api.md 0.1): any case, a trailing slash, keys in
//! parentheses, functions with and without them, casts long and short. All forms become one.

/// A key in a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The property that an alternate key names; none for the usual key.
    pub property: Option<String>,
    /// The key, decoded.
    pub value: String,
}

/// One segment of a path in its one form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The segment as a key.
    pub key: Key,
    /// Whether it stood in parentheses and thus is a key and nothing else.
    pub is_key: bool,
}

/// The segments of a path. None when it is not well percent-coded.
pub fn segments(path: &str) -> Option<Vec<Segment>> {
    let mut found = Vec::new();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        let text = decode(part)?;
        let Some((name, arguments)) = parenthesized(&text) else {
            found.push(plain(cast(&text)));
            continue;
        };
        found.push(plain(cast(name)));
        if !arguments.is_empty() {
            found.push(Segment { key: key(arguments), is_key: true });
        }
    }
    Some(found)
}

fn plain(text: &str) -> Segment {
    Segment { key: Key { property: None, value: text.to_owned() }, is_key: false }
}

/// `users('x')` and `delta()`, but not a sign-in name that happens to hold a parenthesis.
fn parenthesized(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.split_once('(')?;
    let arguments = rest.strip_suffix(')')?;
    let is_name =
        !name.is_empty() && name.chars().all(|one| one.is_ascii_alphanumeric() || one == '.');
    is_name.then_some((name, arguments))
}

fn key(arguments: &str) -> Key {
    match arguments.split_once('=') {
        Some((property, value)) if property.chars().all(|one| one.is_ascii_alphanumeric()) => {
            Key { property: Some(property.to_owned()), value: unquote(value) }
        }
        _ => Key { property: None, value: unquote(arguments) },
    }
}

fn unquote(text: &str) -> String {
    let inner = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
    inner.map_or_else(|| text.to_owned(), |inner| inner.replace("''", "'"))
}

/// A qualified name without its namespace: `microsoft.graph.user`, `graph.user` and
/// `microsoft.graph.delta`.
fn cast(text: &str) -> &str {
    text.strip_prefix("microsoft.graph.").or_else(|| text.strip_prefix("graph.")).unwrap_or(text)
}

/// Percent-coded text as text. None when it is none.
pub fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next()?, rest.next()?];
        let digits = std::str::from_utf8(&digits).ok()?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, wanted: &str) {
        let shown = match segments(path) {
            None => "none".to_owned(),
            Some(segments) => segments
                .iter()
                .map(|one| match &one.key.property {
                    Some(property) => format!("[{property}={}]", one.key.value),
                    None if one.is_key => format!("[{}]", one.key.value),
                    None => one.key.value.clone(),
                })
                .collect::<Vec<_>>()
                .join(" "),
        };
        assert_eq!(shown, wanted, "{path}");
    }

    #[test]
    fn all_forms_of_a_path_become_one() {
        check("/users/a%40x.example", "users a@x.example");
        check("/users('a@x.example')/manager/$ref/", "users [a@x.example] manager $ref");
        check("/users/microsoft.graph.delta()", "users delta");
        check("/directory/deletedItems/graph.user", "directory deletedItems user");
        check("/servicePrincipals(appId='1''2')", "servicePrincipals [appId=1'2]");
        check("/users/o(x)", "users o [x]");
        check("/users/%4", "none");
        check("/users/%ff", "none");
        check("/users/ada_x.example%23EXT%23@y.example", "users ada_x.example#EXT#@y.example");
    }
}
