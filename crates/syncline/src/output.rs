//! Where a command's words go: to this terminal, or through the control socket to another one.

use std::io::{IsTerminal, Write};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::{Deserialize, Serialize};

use crate::{args::Command, failure::Failure, visible};

/// What the reader's terminal can show.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct View {
    /// One JSON document instead of text.
    pub json: bool,
    /// Whether colours are seen.
    pub color: bool,
    /// How many columns there are.
    pub width: u16,
}

/// Takes a command's words.
pub trait Output: Send {
    /// What the reader's terminal can show.
    fn view(&self) -> View;

    /// Text for standard output, as it is.
    fn out(&mut self, text: &str);

    /// Talk for standard error, one line.
    fn talk(&mut self, line: &str);

    /// How far long work has come.
    fn progress(&mut self, progress: &Progress);

    /// How many bytes of how many are copied.
    fn copying(&mut self, what: &str, done: u64, of: u64);

    /// Whether the reader wants the work to stop.
    fn is_interrupted(&self) -> bool;

    /// Whether the process that works for this reader is about to end. Work without an end of its
    /// own then gives back the command to go on with ([`Reply::go_on`]).
    fn is_ending(&self) -> bool {
        false
    }
}

/// How far long work has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// What is being done.
    pub what: String,
    /// So many.
    pub done: u64,
    /// Of so many; 0 when nobody knows.
    pub of: u64,
    /// Changes made so far.
    pub changed: u64,
}

/// What a command gives: a document for programs, a text for people, an exit status.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// The document.
    pub json: serde_json::Value,
    /// The text.
    pub text: String,
    /// The exit status.
    pub exit: u8,
    /// The command that goes on where this one left off, in whichever process owns the data next.
    pub next: Option<Box<Command>>,
}

impl Reply {
    /// A document and a text.
    pub fn new(json: impl Serialize, text: impl Into<String>) -> Self {
        let json = serde_json::to_value(json).unwrap_or_default();
        Self { json, text: text.into(), ..Self::default() }
    }

    /// Nothing to show, and a command to go on with.
    pub fn go_on(command: Command) -> Self {
        Self { next: Some(Box::new(command)), ..Self::default() }
    }

    /// With an exit status.
    pub fn exit(self, exit: u8) -> Self {
        Self { exit, ..self }
    }
}

/// Writes a reply in the form that the reader asked for.
pub fn show(output: &mut dyn Output, reply: &Reply) {
    if output.view().json && !reply.json.is_null() {
        let text = serde_json::to_string_pretty(&reply.json).unwrap_or_default();
        output.out(&format!("{text}\n"));
    } else if !reply.text.is_empty() {
        let end = if reply.text.ends_with('\n') { "" } else { "\n" };
        let text = visible::text(&reply.text, output.view().color);
        output.out(&format!("{text}{end}"));
    }
}

/// This process's terminal.
pub struct Terminal {
    view: View,
    quiet: bool,
    bar: Option<ProgressBar>,
}

impl Terminal {
    /// The terminal that this process was started on.
    pub fn new(json: bool, quiet: bool) -> Self {
        let color = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        let width = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok()).unwrap_or(120);
        Self { view: View { json, color, width }, quiet, bar: None }
    }

    /// Shows why a command failed.
    pub fn failed(&mut self, failure: &Failure) {
        self.clear();
        if self.view.json {
            let document = serde_json::json!({ "error": failure });
            self.out(&format!("{}\n", serde_json::to_string_pretty(&document).unwrap_or_default()));
        }
        let message = visible::text(&failure.message, false);
        let (first, rest) = message.split_once('\n').unwrap_or((&message, ""));
        say(&format!("error: {} ({})", first.trim_end_matches([' ', ':']), failure.code));
        if !rest.is_empty() {
            say(rest);
        }
        if let Some(hint) = &failure.hint {
            say(&format!("hint: {}", visible::text(hint, false)));
        }
    }

    /// Moves the bar, which is made in this style if there is none.
    fn advance(&mut self, style: &str, message: String, (done, of): (u64, u64)) {
        if self.quiet || !std::io::stderr().is_terminal() {
            return;
        }
        let bar = self.bar.get_or_insert_with(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
            bar.set_style(
                ProgressStyle::with_template(style)
                    .unwrap_or_else(|_| ProgressStyle::default_bar()),
            );
            bar
        });
        bar.set_length(of.max(done));
        bar.set_message(message);
        bar.set_position(done);
    }

    fn clear(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

impl Output for Terminal {
    fn view(&self) -> View {
        self.view
    }

    fn out(&mut self, text: &str) {
        self.clear();
        let mut stdout = std::io::stdout().lock();
        // A reader that went away (`| head`) is no failure of ours.
        drop(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()));
    }

    fn talk(&mut self, line: &str) {
        if !self.quiet {
            let line = visible::text(line, false);
            match &self.bar {
                Some(bar) => bar.suspend(|| say(&line)),
                None => say(&line),
            }
        }
    }

    fn progress(&mut self, progress: &Progress) {
        let style = "{msg} [{bar:30}] {human_pos}/{human_len} people, {per_sec}, {eta} left";
        let message = format!("{}: {} changed", progress.what, progress.changed);
        self.advance(style, message, (progress.done, progress.of));
    }

    fn copying(&mut self, what: &str, done: u64, of: u64) {
        let style = "{msg} [{bar:30}] {bytes}/{total_bytes}, {bytes_per_sec}, {eta} left";
        self.advance(style, what.to_owned(), (done, of));
    }

    fn is_interrupted(&self) -> bool {
        crate::signal::is_asked()
    }
}

/// Writes a line to standard error. A reader that went away is no failure of ours, and must not end a
/// server that goes on without being watched.
pub fn say(line: &str) {
    drop(writeln!(std::io::stderr().lock(), "{line}"));
}

/// Watches a run for a progress bar.
pub struct Watch<'a> {
    what: String,
    output: std::sync::Mutex<&'a mut dyn Output>,
    begun: std::time::Instant,
}

impl<'a> Watch<'a> {
    /// A watch that calls the work by a name.
    pub fn new(what: &str, output: &'a mut dyn Output) -> Self {
        let output = std::sync::Mutex::new(output);
        Self { what: what.to_owned(), output, begun: std::time::Instant::now() }
    }
}

impl sync::Observer for Watch<'_> {
    fn advanced(&self, read: u64, of: u64, changed: u64) {
        // What ends within a second needs no bar.
        if self.begun.elapsed().as_millis() < 1_000 {
            return;
        }
        let progress = Progress { what: self.what.clone(), done: read, of, changed };
        if let Ok(mut output) = self.output.lock() {
            output.progress(&progress);
        }
    }

    fn is_interrupted(&self) -> bool {
        self.output.lock().is_ok_and(|output| output.is_interrupted())
    }
}
