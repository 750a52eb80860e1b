//! Setup: installs what the other steps need and the machine lacks, one line for each.

use anyhow::{Result, bail};

use crate::Context;
use crate::process::{cargo, is_installed, program};

/// A Debian package and a program by which to see that it is there.
struct Package {
    name: &'static str,
    program: &'static str,
}

/// Real parts for tests. What serves is started by them, on ports of its own.
const PACKAGES: &[Package] = &[
    Package { name: "slapd", program: "slapd" },
    Package { name: "ldap-utils", program: "ldapsearch" },
    Package { name: "chromium", program: "chromium" },
];

/// A fixed version, so that a newer one cannot ask for a newer compiler overnight.
const NEXTEST: &str = "install --locked cargo-nextest --version 0.9.143 --no-default-features --features default-no-update";

pub fn run(context: &Context) -> Result<()> {
    ensure_components()?;
    ensure_nextest(context)?;
    ensure_packages()
}

fn ensure_components() -> Result<()> {
    for (name, tool) in [("rustfmt", "cargo-fmt"), ("clippy", "cargo-clippy")] {
        if is_installed(tool) {
            println!("   {name}: found");
            continue;
        }
        if !is_installed("rustup") {
            bail!("{name} is missing\nhint: install it with your Rust toolchain");
        }
        program("rustup", ["component", "add", name]).output()?;
        println!("   {name}: installed with rustup");
    }
    Ok(())
}

fn ensure_nextest(context: &Context) -> Result<()> {
    if is_installed("cargo-nextest") {
        println!("   cargo-nextest: found");
        return Ok(());
    }
    println!("   cargo-nextest: missing, compiling it takes some minutes");
    cargo(context, NEXTEST).run("")?;
    println!("   cargo-nextest: installed with cargo");
    Ok(())
}

fn ensure_packages() -> Result<()> {
    let mut missing = Vec::new();
    for package in PACKAGES {
        if is_installed(package.program) {
            println!("   {}: found", package.name);
        } else {
            missing.push(package.name);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    if !is_installed("apt-get") || !is_root()? {
        for name in &missing {
            println!("   {name}: missing, and only root on Debian can install it from here;");
        }
        println!("   hint: sudo apt-get install {}; tests that need it fail", missing.join(" "));
        return Ok(());
    }
    install(&missing)?;
    for name in &missing {
        println!("   {name}: installed with apt-get");
    }
    Ok(())
}

fn install(packages: &[&str]) -> Result<()> {
    if packages.contains(&"slapd") {
        leave_slapd_unconfigured()?;
    }
    apt_get(&["update"])?;
    apt_get(&[&["install", "--yes", "--no-install-recommends"], packages].concat())
}

/// Without a configuration the package sets up no directory of the machine's own and starts no
/// daemon. Tests bring their own configuration.
fn leave_slapd_unconfigured() -> Result<()> {
    if !is_installed("debconf-set-selections") {
        return Ok(());
    }
    let answer = "echo slapd slapd/no_configuration boolean true | debconf-set-selections";
    program("sh", ["-c", answer]).output().map(drop)
}

fn apt_get(arguments: &[&str]) -> Result<()> {
    let options = ["-qq", "-o", "DPkg::Lock::Timeout=120"];
    program("apt-get", options.iter().chain(arguments).copied())
        .env("DEBIAN_FRONTEND", "noninteractive")
        .output()
        .map(drop)
}

fn is_root() -> Result<bool> {
    let id = program("id", ["-u"]).output()?;
    Ok(id.trim() == "0")
}
