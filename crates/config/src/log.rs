//! Settings of the log of `serve`: its form, and how much each part says.

use std::collections::BTreeMap;

use crate::Values;

/// What `serve` writes down about its work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// How its lines look.
    pub form: Form,
    level: Level,
    parts: BTreeMap<String, Level>,
}

/// How a line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For people.
    Text,
    /// For programs: one JSON document a line.
    Json,
}

/// How much is said, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing.
    Off,
    /// What failed.
    Error,
    /// What looks wrong.
    Warn,
    /// What was done: among it one line for each request.
    Info,
    /// More than is of use every day.
    Debug,
}

impl Level {
    /// Its word in settings and lines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
        }
    }

    fn find(word: &str) -> Option<Self> {
        let all = [Self::Off, Self::Error, Self::Warn, Self::Info, Self::Debug];
        all.into_iter().find(|level| level.as_str() == word)
    }
}

/// The parts that can be given a level of their own.
const PARTS: [&str; 4] = ["http", "sync", "notify", "tls"];

impl Log {
    /// Whether a part says something of a level.
    pub fn says(&self, part: &str, level: Level) -> bool {
        level <= *self.parts.get(part).unwrap_or(&self.level)
    }

    pub(crate) fn of(values: &Values<'_>) -> Self {
        let (level, parts) = parse(&values.text("log.level")).unwrap_or((Level::Info, [].into()));
        let form = if values.text("log.format") == "json" { Form::Json } else { Form::Text };
        Self { form, level, parts }
    }
}

/// Checks a text like `info,http=debug`.
pub(crate) fn check(text: &str) -> Result<(), &'static str> {
    parse(text).map(|_| ()).ok_or("LEVEL or PART=LEVEL, separated by commas")
}

fn parse(text: &str) -> Option<(Level, BTreeMap<String, Level>)> {
    let (mut level, mut parts) = (Level::Info, BTreeMap::new());
    for one in text.split(',').map(str::trim) {
        match one.split_once('=') {
            Some((part, word)) if PARTS.contains(&part) => {
                parts.insert(part.to_owned(), Level::find(word)?);
            }
            Some(_) => return None,
            None => level = Level::find(one)?,
        }
    }
    Some((level, parts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_says_as_much_as_its_own_level() {
        let (level, parts) = parse("warn, http=debug").expect("it is one");
        let log = Log { form: Form::Text, level, parts };
        assert!(log.says("http", Level::Debug));
        assert!(log.says("sync", Level::Warn) && !log.says("sync", Level::Info));
        assert!(parse("loud").is_none() && parse("cycle=info").is_none());
    }
}
