//! The log of `serve`: lines on standard error, as text or JSON, by part and level.
//!
//! A thread of its own writes them, so that a reader who is slow holds up no request; lines that find
//! the queue full are counted and dropped. What goes into a line is said by name and value, and
//! nobody hands over a token, a query string or a body.

use std::{
    io::Write,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread::{self, JoinHandle},
};

use config::{Form, Level, Log};
use model::Clock;
use serde_json::{Map, Value};

use crate::clock::SystemClock;

/// How many lines wait to be written.
const QUEUE: usize = 10_000;

/// Takes lines; its copies write to the same place.
#[derive(Clone)]
pub struct Logger {
    settings: Arc<Log>,
    lines: SyncSender<String>,
    dropped: Arc<AtomicU64>,
}

/// The thread that writes. It ends, with all lines written, when the last logger is gone.
pub struct Writer(JoinHandle<()>);

impl Writer {
    /// Waits for the last line.
    pub fn end(self) {
        // A panic there has been printed already.
        drop(self.0.join());
    }
}

impl Logger {
    /// A logger to standard error.
    pub fn start(settings: Log) -> (Self, Writer) {
        let (lines, waiting) = sync_channel(QUEUE);
        let dropped = Arc::new(AtomicU64::new(0));
        let count = dropped.clone();
        let thread = thread::spawn(move || write(&waiting, &count));
        (Self { settings: Arc::new(settings), lines, dropped }, Writer(thread))
    }

    /// Whether a line of a part and level would be written at all.
    pub fn says(&self, part: &str, level: Level) -> bool {
        self.settings.says(part, level)
    }

    /// Writes a line: a sentence, and values by name.
    pub fn log(&self, part: &str, level: Level, message: &str, values: &[(&str, Value)]) {
        if !self.says(part, level) {
            return;
        }
        let at = SystemClock.now().to_string();
        let line = match self.settings.form {
            Form::Json => json_line(&at, part, level, message, values),
            Form::Text => text_line(&at, part, level, message, values),
        };
        if let Err(TrySendError::Full(_)) = self.lines.try_send(line) {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn write(waiting: &Receiver<String>, dropped: &AtomicU64) {
    while let Ok(line) = waiting.recv() {
        let mut stderr = std::io::stderr().lock();
        // A reader that went away is no failure of ours.
        drop(stderr.write_all(line.as_bytes()));
        match dropped.swap(0, Ordering::Relaxed) {
            0 => {}
            count => drop(writeln!(stderr, "{count} lines of the log were dropped")),
        }
    }
}

fn json_line(
    at: &str,
    part: &str,
    level: Level,
    message: &str,
    values: &[(&str, Value)],
) -> String {
    let mut document = Map::new();
    document.insert("at".to_owned(), at.into());
    document.insert("level".to_owned(), level.as_str().into());
    document.insert("part".to_owned(), part.into());
    document.insert("message".to_owned(), message.into());
    for (name, value) in values {
        document.insert((*name).to_owned(), value.clone());
    }
    format!("{}\n", Value::Object(document))
}

fn text_line(
    at: &str,
    part: &str,
    level: Level,
    message: &str,
    values: &[(&str, Value)],
) -> String {
    let mut line = format!("{at} {:5} {part}: {}", level.as_str(), one_line(message));
    for (name, value) in values {
        let shown = match value {
            Value::String(text) if is_plain(text) => text.clone(),
            // JSON's own quotes keep a value from outside within its line.
            value => value.to_string(),
        };
        line.push_str(&format!(" {name}={shown}"));
    }
    line.push('\n');
    line
}

fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|one| one.is_ascii_graphic() && one != '"')
}

fn one_line(text: &str) -> String {
    text.chars().map(|one| if one.is_control() { ' ' } else { one }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_never_leaves_its_line() {
        let values = [("path", Value::from("/a\nb")), ("status", 200.into())];
        let line = text_line("now", "http", Level::Info, "a\nb", &values);
        assert_eq!(line, "now info  http: a b path=\"/a\\nb\" status=200\n");
        let line = json_line("now", "http", Level::Info, "a\nb", &values);
        assert_eq!(line.lines().count(), 1);
    }
}
