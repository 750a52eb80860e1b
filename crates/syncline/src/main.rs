//! The `syncline` program: reads a command, runs it here or in the process that owns the data
//! directory, and shows what came of it. The composition root: only this crate names a backend.

mod app;
mod args;
mod bench;
mod clock;
mod codes;
mod commands;
mod control;
mod demo;
mod failure;
mod http;
mod logging;
mod notifier;
mod output;
mod parcel;
mod people;
mod server;
mod signal;
mod visible;

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let line = args::Line::read();
    let mut output = output::Terminal::new(line.options.json, line.options.quiet);
    signal::install();
    match commands::run(line, &mut output) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            output.failed(&failure);
            ExitCode::from(failure.exit)
        }
    }
}
