//! Which of the public shapes a text has: said by its path, or seen in its first bytes.

use std::fmt;

/// A file shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values with a header line (RFC 4180), the bulk-operation form included.
    Csv,
    /// One JSON object a line.
    JsonLines,
    /// What a Graph list answers: `{"value":[…]}`, or the bare list.
    Graph,
    /// LDAP entries (RFC 2849).
    Ldif,
}

impl Format {
    /// The format that a word stands for, as options name it.
    pub fn of_word(word: &str) -> Option<Self> {
        match word.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "jsonl" => Some(Self::JsonLines),
            "graph" | "json" => Some(Self::Graph),
            "ldif" => Some(Self::Ldif),
            _ => None,
        }
    }

    /// The format that a path's ending stands for; none when it stands for none.
    pub fn of_path(path: &str) -> Option<Self> {
        let (stem, ending) = path.rsplit_once('.')?;
        if stem.is_empty() {
            return None;
        }
        match ending.to_ascii_lowercase().as_str() {
            "csv" | "tsv" => Some(Self::Csv),
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            "json" => Some(Self::Graph),
            "ldif" | "ldf" => Some(Self::Ldif),
            _ => None,
        }
    }

    /// The format that a text's first bytes show. A kilobyte or more makes a good guess; what
    /// shows nothing is taken for CSV.
    pub fn sniff(start: &[u8]) -> Self {
        let start = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
        let text = String::from_utf8_lossy(start);
        let text = text.trim_start();
        if text.starts_with('[') || (text.starts_with('{') && shows_value_list(text)) {
            return Self::Graph;
        }
        if text.starts_with('{') {
            return Self::JsonLines;
        }
        let told = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#'));
        match told.map(str::to_ascii_lowercase) {
            Some(line) if line.starts_with("dn:") || is_ldif_version(&line) => Self::Ldif,
            _ => Self::Csv,
        }
    }

    /// The format of what this format's reader gives as the text of a row: rejected elements of a
    /// Graph list are written as JSON Lines, everything else as it was.
    pub fn of_rejects(self) -> Self {
        match self {
            Self::Graph => Self::JsonLines,
            other => other,
        }
    }

    /// The ending that stands for it.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
            Self::Graph => "json",
            Self::Ldif => "ldif",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Csv => "CSV",
            Self::JsonLines => "JSON Lines",
            Self::Graph => "Graph JSON",
            Self::Ldif => "LDIF",
        })
    }
}

/// Graph writes `@odata.context` before `value`, so the first member alone does not tell.
fn shows_value_list(text: &str) -> bool {
    text.match_indices("\"value\"").any(|(start, key)| {
        text[start + key.len()..]
            .trim_start()
            .strip_prefix(':')
            .is_some_and(|rest| rest.trim_start().starts_with('['))
    })
}

/// `version: 1`, which the bulk form of CSV spells `version:v1.0`.
fn is_ldif_version(line: &str) -> bool {
    line.strip_prefix("version:").is_some_and(|rest| rest.trim() == "1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(start: &str, expected: Format) {
        assert_eq!(Format::sniff(start.as_bytes()), expected, "{start}");
    }

    #[test]
    fn the_first_bytes_tell() {
        check("{\"value\":[", Format::Graph);
        check("{\n \"@odata.context\": \"x\",\n \"value\" : [ {", Format::Graph);
        check(" [ {", Format::Graph);
        check("\u{feff}[", Format::Graph);
        check("{\"displayName\":\"Ada\"}", Format::JsonLines);
        check("# extended LDIF\n#\n\ndn: uid=ada", Format::Ldif);
        check("version: 1\n", Format::Ldif);
        check("version:v1.0\nName [displayName]", Format::Csv);
        check("displayName,mail\n", Format::Csv);
        check("", Format::Csv);
    }

    #[test]
    fn the_ending_tells() {
        assert_eq!(Format::of_path("a.b/people.CSV"), Some(Format::Csv));
        assert_eq!(Format::of_path("people.jsonl"), Some(Format::JsonLines));
        assert_eq!(Format::of_path("people.json"), Some(Format::Graph));
        assert_eq!(Format::of_path("people.ldif"), Some(Format::Ldif));
        assert_eq!(Format::of_path("people"), None);
        assert_eq!(Format::of_path(".csv"), None);
    }
}
