//! The control socket: the process that owns a data directory runs commands for the others, as the
//! same user. One JSON line asks, JSON lines answer.

use std::{
    io::{BufRead, BufReader, Write},
    os::{
        fd::AsRawFd,
        unix::{
            fs::PermissionsExt,
            net::{UnixListener, UnixStream},
        },
    },
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    args::{Command, Options},
    commands::{self, Origin, Request},
    failure::Failure,
    output::{Output, Progress, Reply, View},
    parcel::{Parcel, Piece},
};

const SOCKET: &str = "control.sock";

/// How long the path of a socket may be; the system's limit is a little above.
const LONGEST: usize = 100;

/// The socket's path, and what has to stay open while it is used. A path over the system's limit is
/// reached through the folder's file descriptor.
fn socket(folder: &Path) -> std::io::Result<(PathBuf, Option<std::fs::File>)> {
    let path = folder.join(SOCKET);
    if path.as_os_str().len() <= LONGEST {
        return Ok((path, None));
    }
    let folder = std::fs::File::open(folder)?;
    let path = format!("/proc/self/fd/{}/{SOCKET}", folder.as_raw_fd());
    Ok((PathBuf::from(path), Some(folder)))
}

/// What is asked: one line, the same over the socket and over HTTP.
#[derive(Serialize, Deserialize)]
pub struct Asked {
    pub command: Command,
    pub options: Options,
    pub view: View,
    pub folder: PathBuf,
    pub stdin: Option<String>,
    /// The files that follow the line, from another machine.
    #[serde(default)]
    pub parcel: Parcel,
}

/// What is answered, line by line.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Answer {
    /// The command is being run; an answer without this one was never begun, and may be asked again.
    Begun,
    Out(String),
    Talk(String),
    Progress(Progress),
    Copying {
        what: String,
        done: u64,
        of: u64,
    },
    /// A piece of a file for the caller's machine.
    File(Piece),
    Failed(Failure),
    Exit(u8),
    GoOn(Box<Command>),
}

/// Listens as long as it lives, and ends only when those whom it serves are done.
pub struct Server {
    path: PathBuf,
    busy: Arc<AtomicUsize>,
    ending: Arc<AtomicBool>,
}

impl Server {
    /// Listens in an owned data directory.
    pub fn start(app: Arc<App>) -> Result<Self, Failure> {
        let path = app.path.join(SOCKET);
        // The directory's lock is ours, so a socket that lies here is a dead process's.
        drop(std::fs::remove_file(&path));
        let (short, _folder) = socket(&app.path)?;
        let listener = UnixListener::bind(short)?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
        let busy = Arc::new(AtomicUsize::new(0));
        let ending = Arc::new(AtomicBool::new(false));
        let (count, flag) = (busy.clone(), ending.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (app, busy, ending) = (app.clone(), count.clone(), flag.clone());
                busy.fetch_add(1, Ordering::SeqCst);
                thread::spawn(move || {
                    // One who is counted before the end is waited for; who comes later is not begun,
                    // and asks the next owner.
                    if !ending.load(Ordering::SeqCst) {
                        // A client that went away has nobody to be told.
                        drop(serve(&app, stream, ending));
                    }
                    busy.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Ok(Self { path, busy, ending })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.ending.store(true, Ordering::SeqCst);
        drop(std::fs::remove_file(&self.path));
        while self.busy.load(Ordering::SeqCst) > 0 {
            thread::sleep(Duration::from_millis(5));
        }
    }
}

fn serve(app: &Arc<App>, stream: UnixStream, ending: Arc<AtomicBool>) -> std::io::Result<()> {
    let mut line = String::new();
    let mut reader = BufReader::new(stream.try_clone()?);
    reader.read_line(&mut line)?;
    let mut remote = Remote::new(stream, reader, ending)?;
    let asked = match Asked::read(&line, "the process that owns the directory") {
        Ok(asked) => asked,
        Err(failure) => return remote.send(&Answer::Failed(failure)),
    };
    remote.view = asked.view;
    remote.send(&Answer::Begun)?;
    let request = Request {
        options: asked.options,
        folder: asked.folder,
        stdin: asked.stdin,
        origin: Origin::Beside,
    };
    let outcome = commands::execute(app, asked.command, &request, &mut remote);
    remote.send(&Answer::last(outcome))
}

struct Remote {
    stream: UnixStream,
    view: View,
    gone: Arc<AtomicBool>,
    ending: Arc<AtomicBool>,
}

impl Remote {
    fn new(
        stream: UnixStream,
        mut reader: BufReader<UnixStream>,
        ending: Arc<AtomicBool>,
    ) -> std::io::Result<Self> {
        let gone = Arc::new(AtomicBool::new(false));
        let flag = gone.clone();
        // The client says nothing more; when its end closes it has gone or was interrupted.
        thread::spawn(move || {
            let mut rest = String::new();
            drop(reader.read_line(&mut rest));
            flag.store(true, Ordering::Relaxed);
        });
        let view = View { json: false, color: false, width: 120 };
        Ok(Self { stream, view, gone, ending })
    }

    fn send(&mut self, answer: &Answer) -> std::io::Result<()> {
        let mut line = serde_json::to_string(answer).expect("an answer has a JSON text");
        line.push('\n');
        self.stream.write_all(line.as_bytes())
    }
}

impl Elsewhere for Remote {
    fn view(&self) -> View {
        self.view
    }

    fn tell(&mut self, answer: &Answer) {
        if self.send(answer).is_err() {
            self.gone.store(true, Ordering::Relaxed);
        }
    }

    fn is_gone(&self) -> bool {
        self.gone.load(Ordering::Relaxed)
    }

    fn is_leaving(&self) -> bool {
        self.ending.load(Ordering::SeqCst) || crate::signal::is_asked()
    }
}

/// Has a command run by the process that owns a data directory. None when nobody listens there, or
/// the process ended before it began.
pub fn ask(
    path: &Path,
    command: &Command,
    request: &Request,
    output: &mut dyn Output,
) -> Option<Result<Reply, Failure>> {
    let (short, _folder) = socket(path).ok()?;
    let mut stream = UnixStream::connect(short).ok()?;
    let asked = Asked {
        command: command.clone(),
        options: request.options.clone(),
        view: output.view(),
        folder: request.folder.clone(),
        stdin: request.stdin.clone(),
        parcel: Parcel::default(),
    };
    let mut line = serde_json::to_string(&asked).expect("a command has a JSON text");
    line.push('\n');
    stream.write_all(line.as_bytes()).ok()?;
    stream.set_read_timeout(Some(Duration::from_millis(200))).ok()?;
    listen(stream, output).transpose()
}

fn listen(stream: UnixStream, output: &mut dyn Output) -> Result<Option<Reply>, Failure> {
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    let (mut begun, mut told) = (false, false);
    loop {
        if output.is_interrupted() && !told {
            told = true;
            // Closing our half is how the owner learns that the work should stop.
            drop(reader.get_ref().shutdown(std::net::Shutdown::Write));
        }
        match reader.read_until(b'\n', &mut line) {
            Ok(0) if !begun => return Ok(None),
            Ok(0) => return Err(Failure::new("control", "the owning process ended")),
            Ok(_) if line.last() != Some(&b'\n') => continue,
            Ok(_) => {}
            Err(error)
                if matches!(
                    error.kind(),
                    std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                ) =>
            {
                continue;
            }
            Err(_) if !begun => return Ok(None),
            Err(error) => return Err(error.into()),
        }
        let answer = Answer::read(&line)?;
        line.clear();
        begun |= matches!(answer, Answer::Begun);
        if let Some(end) = answer.show(output) {
            return end.map(Some);
        }
    }
}

impl Asked {
    /// Reads the line that asks; `owner` is whose version it was not written for, where it cannot be.
    pub fn read(line: &str, owner: &str) -> Result<Self, Failure> {
        serde_json::from_str(line).map_err(|error| {
            Failure::new("control", format!("the request is none: {error}"))
                .hint(format!("use the same version of syncline as {owner}"))
        })
    }
}

/// Whoever waits for a command elsewhere: what it puts out goes there as answers.
pub trait Elsewhere: Send {
    /// What the reader's terminal can show.
    fn view(&self) -> View;

    /// Sends an answer; a reader that went away has nobody to be told.
    fn tell(&mut self, answer: &Answer);

    /// Whether the reader went away, or wants the work to stop.
    fn is_gone(&self) -> bool;

    /// Whether the process that works for this reader is about to end.
    fn is_leaving(&self) -> bool;
}

impl<T: Elsewhere> Output for T {
    fn view(&self) -> View {
        Elsewhere::view(self)
    }

    fn out(&mut self, text: &str) {
        self.tell(&Answer::Out(text.to_owned()));
    }

    fn talk(&mut self, line: &str) {
        self.tell(&Answer::Talk(line.to_owned()));
    }

    fn progress(&mut self, progress: &Progress) {
        self.tell(&Answer::Progress(progress.clone()));
    }

    fn copying(&mut self, what: &str, done: u64, of: u64) {
        self.tell(&Answer::Copying { what: what.to_owned(), done, of });
    }

    fn is_interrupted(&self) -> bool {
        self.is_gone() || crate::signal::is_asked()
    }

    fn is_ending(&self) -> bool {
        self.is_leaving()
    }
}

impl Answer {
    /// Reads a line that was sent.
    pub fn read(line: &[u8]) -> Result<Self, Failure> {
        serde_json::from_slice(line)
            .map_err(|error| Failure::new("control", format!("the answer is none: {error}")))
    }

    /// The last answer: what a command came to.
    pub fn last(outcome: Result<Reply, Failure>) -> Self {
        match outcome {
            Ok(Reply { next: Some(command), .. }) => Self::GoOn(command),
            Ok(reply) => Self::Exit(reply.exit),
            Err(failure) => Self::Failed(failure),
        }
    }

    /// Shows it, and gives what the command came to when it is the last one.
    pub fn show(self, output: &mut dyn Output) -> Option<Result<Reply, Failure>> {
        match self {
            // Files are for who asked from another machine, and are taken there.
            Self::Begun | Self::File(_) => {}
            Self::Out(text) => output.out(&text),
            Self::Talk(text) => output.talk(&text),
            Self::Progress(progress) => output.progress(&progress),
            Self::Copying { what, done, of } => output.copying(&what, done, of),
            Self::Failed(failure) => return Some(Err(failure)),
            Self::Exit(exit) => return Some(Ok(Reply::default().exit(exit))),
            Self::GoOn(command) => return Some(Ok(Reply::go_on(*command))),
        }
        None
    }
}
