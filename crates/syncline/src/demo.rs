//! `syncline demo`: the picture that the product stands for, told step by step. Two tenants, the
//! consent of both, a configuration, who came across and why somebody did not, then the changes of
//! ordinary days.

mod stage;
mod story;

use std::{
    fs,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    app::{self, App, Unopened},
    args::{DemoArgs, Options},
    commands, control,
    failure::Failure,
    output::{Output, Reply, show},
};

/// The folder of a demo that stays, and the file that marks it as one.
const FOLDER: &str = "syncline-demo";
const MARK: &str = "this-is-a-syncline-demo";

/// Runs the demo.
pub fn run(args: &DemoArgs, options: &Options, output: &mut dyn Output) -> Result<u8, Failure> {
    let temporary;
    let path = if args.once {
        temporary = tempfile::tempdir()?;
        temporary.path().join("data")
    } else {
        fresh(Path::new(FOLDER))?
    };
    let mut settings = options.settings.clone();
    if !args.once {
        settings.extend(free_listeners(&path, &settings)?);
    }
    let app = match App::open(&path, &settings) {
        Ok(app) => Arc::new(app),
        Err(Unopened::Failed(failure)) => return Err(failure),
        Err(Unopened::InUse) => {
            return Err(Failure::new(
                "data-in-use",
                format!("a demo is running in {}", path.display()),
            )
            .hint("end it, or run `syncline demo --once`"));
        }
    };
    let _server = control::Server::start(app.clone())?;
    let told = story::tell(&app, args, output)?;
    let failed = told.steps.iter().any(|step| step.status == "failed");
    if output.view().json {
        show(output, &Reply::new(&told, ""));
    } else if !args.once {
        output.out(&story::farewell(&path));
    }
    if args.once || failed || output.is_interrupted() {
        return Ok(u8::from(failed));
    }
    commands::serve_demo(&app, options, output)
}

/// Settings for free ports, where something listens at the usual ones already: a demo is for looking at
/// and goes where there is room.
fn free_listeners(path: &Path, options: &[String]) -> Result<Vec<String>, Failure> {
    let http = app::read_settings(path, options)?.http;
    let listeners = [("http.listen", http.listen), ("http.listen-tls", http.listen_tls)];
    let taken = listeners.into_iter().filter_map(|(name, to)| {
        let to = to?;
        let is_taken = std::net::TcpListener::bind(to)
            .is_err_and(|error| error.kind() == std::io::ErrorKind::AddrInUse);
        is_taken.then(|| format!("{name}={}", std::net::SocketAddr::new(to.ip(), 0)))
    });
    Ok(taken.collect())
}

/// An empty folder for the demo. One that is there already must carry the demo's mark: nobody's data
/// is removed because of a name.
fn fresh(path: &Path) -> Result<PathBuf, Failure> {
    if path.exists() {
        if !path.join(MARK).exists() {
            let text = format!("{} exists and was not made by the demo", path.display());
            return Err(Failure::new("folder-not-ours", text)
                .hint("move it away, or start the demo in another folder"));
        }
        fs::remove_dir_all(path)?;
    }
    fs::DirBuilder::new().mode(0o700).create(path)?;
    fs::write(path.join(MARK), "Made by `syncline demo`, and made anew each time.\n")?;
    Ok(path.to_owned())
}
