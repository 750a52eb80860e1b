//! The log as files: a table of comma-separated values, or one JSON document a line.

use serde_json::json;

use super::LogEntry;

/// In which form the log leaves as a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogForm {
    /// A table (RFC 4180).
    Csv,
    /// One JSON document a line.
    JsonLines,
}

const COLUMNS: [&str; 15] = [
    "activityDateTime",
    "id",
    "cycleId",
    "action",
    "status",
    "errorCode",
    "reason",
    "sourceId",
    "sourceDisplayName",
    "targetId",
    "targetDisplayName",
    "sourceSystem",
    "targetSystem",
    "modifiedProperties",
    "provisioningSteps",
];

impl LogForm {
    /// The form behind the ending of a file.
    pub fn of_ending(ending: &str) -> Option<Self> {
        match ending {
            "csv" => Some(Self::Csv),
            "jsonl" => Some(Self::JsonLines),
            _ => None,
        }
    }

    /// What stands before the first entry.
    pub fn head(self) -> String {
        match self {
            Self::Csv => COLUMNS.join(",") + "\r\n",
            Self::JsonLines => String::new(),
        }
    }

    /// An entry with the end of its line.
    pub fn line(self, entry: &LogEntry) -> String {
        if self == Self::JsonLines {
            return json!(entry).to_string() + "\n";
        }
        let id = |id: Option<model::ObjectId>| id.map(|id| id.to_string()).unwrap_or_default();
        let reason = entry.reason.as_ref();
        let cells = [
            entry.activity_date_time.to_string(),
            entry.id.to_string(),
            entry.cycle_id.to_string(),
            entry.action.as_str().to_owned(),
            entry.status().as_str().to_owned(),
            reason.map(|reason| reason.code.to_string()).unwrap_or_default(),
            reason.map(|reason| reason.sentence.clone()).unwrap_or_default(),
            id(entry.source_identity.id),
            entry.source_identity.display_name.clone(),
            id(entry.target_identity.id),
            entry.target_identity.display_name.clone(),
            entry.source_system.display_name.clone(),
            entry.target_system.display_name.clone(),
            json!(entry.modified_properties).to_string(),
            json!(entry.provisioning_steps).to_string(),
        ];
        let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
        cells.join(",") + "\r\n"
    }
}

/// A cell of a table. A table program takes a text that begins like a formula for one, so such a text
/// gets an apostrophe before it; the log is read there and never imported again.
fn cell(text: &str) -> String {
    let guarded = match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{text}"),
        false => text.to_owned(),
    };
    match guarded.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", guarded.replace('"', "\"\"")),
        false => guarded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_keep_commas_quotes_and_lines_and_are_never_formulas() {
        assert_eq!(cell("plain"), "plain");
        assert_eq!(cell("a, \"b\"\nc"), "\"a, \"\"b\"\"\nc\"");
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell("@SUM(A1,A2)"), "\"'@SUM(A1,A2)\"");
    }
}
