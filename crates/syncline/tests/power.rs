//! The power fails while a job runs between tenants in two files: what was written and not synced is
//! lost, or some of it is, and the next run goes on as if nothing had happened. And what a command
//! said was done is there although the power fails right behind it. `power/loss.c` is the disk.
//!
//! `SYNCLINE_CUTS` sets how often (30 without it), `SYNCLINE_PEOPLE` with how many people (600).

mod support;

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use support::{
    Data, Run,
    twins::{Twins, setting},
};

/// Builds the disk; none where there is no C compiler, which a Rust toolchain usually brings along.
fn build(folder: &Path) -> Option<PathBuf> {
    let library = folder.join("loss.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/power/loss.c");
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .arg(&library)
        .args([source, "-ldl", "-lpthread"])
        .status();
    built.is_ok_and(|status| status.success()).then_some(library)
}

/// Runs the job on the disk, with what the disk is told.
fn run_on(library: &Path, twins: &Twins, told: &[(&str, String)]) -> Run {
    start_on(library, &twins.data, &["job", "run", "staff"], told)
}

fn start_on(library: &Path, data: &Data, words: &[&str], told: &[(&str, String)]) -> Run {
    let mut command = data.command(words);
    command.env("LD_PRELOAD", library).envs(told.iter().map(|(name, text)| (name, text)));
    command.output().expect("the program starts").into()
}

#[test]
fn what_was_not_synced_may_be_lost_at_any_moment() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let Some(library) = build(folder.path()) else {
        assert!(std::env::var_os("CI").is_none(), "CI needs cc");
        println!("skipped: needs cc");
        return;
    };
    let cuts = setting("SYNCLINE_CUTS", 30);
    let mut dice = fastrand::Rng::with_seed(20_261_125);
    let mut twins = Twins::new(Data::sharded(2), setting("SYNCLINE_PEOPLE", 600));
    let counted = folder.path().join("count");
    let count = |twins: &Twins| -> u64 {
        let whole = run_on(&library, twins, &[("LOSS_COUNT", counted.display().to_string())]);
        assert_eq!(whole.code, Some(0), "{}{}", whole.out, whole.err);
        let text = std::fs::read_to_string(&counted).expect("the disk counts");
        text.parse().expect("a number")
    };
    // How many writes the first cycle takes, on a copy, and a later one.
    let copy = twins.data.copy();
    let beginning = std::mem::replace(&mut twins.data, copy);
    let mut usual = count(&twins);
    assert!(usual > 100, "the disk sees the program's writes: {usual}");
    twins.data = beginning;
    let mut lost = 0;
    for number in 0..cuts {
        let told = [
            ("LOSS_AT", dice.u64(1..usual + usual / 10).to_string()),
            ("LOSS_SEED", dice.u32(..).to_string()),
        ];
        let run = run_on(&library, &twins, &told);
        assert!([Some(0), Some(75)].contains(&run.code), "{told:?}: {}{}", run.out, run.err);
        lost += u32::from(run.code == Some(75));
        twins.run();
        if number % 3 == 0 {
            twins.compare();
        }
        twins.change(&mut dice);
        if number == 0 {
            usual = count(&twins);
            twins.change(&mut dice);
        }
    }
    twins.run();
    twins.compare();
    assert!(lost > 0, "the power failed at least once");
    println!("{cuts} runs, the power failed in {lost} of them, {} people", twins.people.len());
}

#[test]
fn what_a_command_said_was_done_is_there_after_the_power_failed() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let Some(library) = build(folder.path()) else {
        assert!(std::env::var_os("CI").is_none(), "CI needs cc");
        println!("skipped: needs cc");
        return;
    };
    let data = Data::sharded(2);
    data.two_tenants();
    for number in 0..20_u32 {
        let told = [("LOSS_END", "1".to_owned()), ("LOSS_SEED", number.to_string())];
        let name = format!("p{number}@contoso.example");
        let words =
            ["user", "create", &name, "--tenant", "contoso.example", "--set", "displayName=p"];
        for words in [&words[..], &["job", "run", "staff"]] {
            let run = start_on(&library, &data, words, &told);
            assert_eq!(run.code, Some(0), "{words:?}: {}{}", run.out, run.err);
        }
        for tenant in ["contoso.example", "fabrikam.example"] {
            let users = data.json(&["tenant", "show", tenant])["users"].as_u64();
            assert_eq!(users, Some(u64::from(number) + 1), "{tenant}");
        }
    }
    data.done(&["audit", "verify"]);
}
