//! Ctrl-C: the first one asks the running work to stop at the next page, the second ends the
//! program.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::output::say;

static ASKED: AtomicBool = AtomicBool::new(false);

/// Listens from now on.
pub fn install() {
    let handler = || {
        if ASKED.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
        say("stopping at the next page; press Ctrl-C again to end at once");
    };
    if let Err(error) = ctrlc::set_handler(handler) {
        say(&format!("warning: Ctrl-C ends the program at once: {error}"));
    }
}

/// Whether somebody asked to stop.
pub fn is_asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}
