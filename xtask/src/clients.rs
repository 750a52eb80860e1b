//! Real clients: the programs of `clients/`, with the libraries that people use for Microsoft Graph,
//! against the built program on a port of its own.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::process::{has_all, program};
use crate::temporary::TemporaryFolder;
use crate::workspace::{Workspace, build_syncline};
use crate::{Context, node};

/// What the application of each tenant may do: what the journey takes, and no more.
const GRANTS: &[&str] = &[
    "User.ReadWrite.All",
    "Group.ReadWrite.All",
    "Directory.Read.All",
    "Policy.Read.All",
    "Policy.ReadWrite.CrossTenantAccess",
    "Application.ReadWrite.All",
    "AppRoleAssignment.ReadWrite.All",
    "Synchronization.ReadWrite.All",
    "AuditLog.Read.All",
    "User.DeleteRestore.All",
];

/// Runs every program, each against two tenants that nobody has touched.
pub fn run(context: &Context) -> Result<()> {
    if !has_all(context, &["python3", "npm", "node"])? {
        return Ok(());
    }
    let syncline = build_syncline(context)?;
    let folder = Workspace::load(context)?.target.join("clients");
    let python = install_python(context, &folder)?;
    let node = folder.join("node");
    node::install(&context.root.join("clients/node"), &node)?;
    let sources = context.root.join("clients/python");
    for name in ["tokens", "journey", "queries"] {
        let script = sources.join(format!("{name}.py"));
        tell(&syncline, &python, &format!("python {name}"), &python, &script)?;
    }
    let script = node.join("journey.mjs");
    fs::copy(context.root.join("clients/node/journey.mjs"), &script).context("copy a program")?;
    tell(&syncline, &python, "node journey", Path::new("node"), &script)
}

/// A Python of its own with the libraries, made anew when their list has changed.
fn install_python(context: &Context, folder: &Path) -> Result<PathBuf> {
    let (list, place) =
        (context.root.join("clients/python/requirements.txt"), folder.join("python"));
    let python = place.join("bin/python");
    let done = place.join("requirements.txt");
    let wanted = fs::read_to_string(&list).context("read the list of Python packages")?;
    if fs::read_to_string(&done).is_ok_and(|found| found == wanted) {
        return Ok(python);
    }
    if place.exists() {
        fs::remove_dir_all(&place).context("empty the folder of the Python packages")?;
    }
    program("python3", ["-m", "venv", &text(&place)])
        .run("hint: Debian's package is python3-venv")?;
    let pip =
        ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", &text(&list)];
    program(&python, pip).run("")?;
    fs::write(&done, wanted).context("note which Python packages are there")?;
    Ok(python)
}

/// Runs one program against a server of its own, and shows what it saw when it failed.
fn tell(syncline: &Path, python: &Path, name: &str, runner: &Path, script: &Path) -> Result<()> {
    let folder = TemporaryFolder::new(&format!("clients-{}", name.replace(' ', "-")))?;
    let data = folder.path().join("data");
    let source = Tenant::create(syncline, &data, "Contoso", "contoso.example")?;
    let target = Tenant::create(syncline, &data, "Fabrikam", "fabrikam.example")?;
    let certificate = folder.path().join("client.pem");
    let public = folder.path().join("public.pem");
    let maker = script.with_file_name("certificate.py");
    if maker.is_file() {
        program(python, [text(&maker).as_str(), &text(&certificate), &text(&public)]).output()?;
        let words =
            ["app", "certificate", "add", "scripts", &text(&public), "--tenant", &source.id];
        ask(syncline, &data, &words)?;
    }
    let server = Server::start(syncline, &data)?;
    let mut command = Command::new(runner);
    command
        .arg(script)
        .current_dir(folder.path())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("SYNCLINE_URL", &server.url)
        .env("SYNCLINE_CA", &server.authority)
        .env("NODE_EXTRA_CA_CERTS", &server.authority)
        // What the machine says of authorities would win over what a program says.
        .env("REQUESTS_CA_BUNDLE", &server.authority)
        .env_remove("CURL_CA_BUNDLE")
        .env_remove("SSL_CERT_FILE")
        .env("SOURCE_CERTIFICATE", &certificate)
        .stdin(Stdio::null());
    for (role, tenant) in [("SOURCE", &source), ("TARGET", &target)] {
        command
            .env(format!("{role}_TENANT"), &tenant.id)
            .env(format!("{role}_CLIENT"), &tenant.client)
            .env(format!("{role}_SECRET"), &tenant.secret);
    }
    let output = command.output().with_context(|| format!("run {name}"))?;
    let seen = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("{name} ended with {}\n{seen}{said}", output.status);
    }
    println!("   {name}: {} things as they should be", seen.lines().count());
    Ok(())
}

/// A tenant with an application that signs in.
struct Tenant {
    id: String,
    client: String,
    secret: String,
}

impl Tenant {
    fn create(syncline: &Path, data: &Path, name: &str, domain: &str) -> Result<Self> {
        ask(syncline, data, &["tenant", "create", name, "--domain", domain])?;
        let mut words = vec!["app", "create", "--tenant", domain, "--name", "scripts"];
        for grant in GRANTS {
            words.extend(["--grant", grant]);
        }
        let made = ask(syncline, data, &words)?;
        let member = |name: &str| -> Result<String> {
            let value = made[name].as_str().with_context(|| format!("no {name} in {made}"))?;
            Ok(value.to_owned())
        };
        Ok(Self {
            id: member("tenantId")?,
            client: member("clientId")?,
            secret: member("clientSecret")?,
        })
    }
}

/// Runs a command on the data directory and gives the document that it prints.
fn ask(syncline: &Path, data: &Path, words: &[&str]) -> Result<Value> {
    let data = text(data);
    let usual = ["--data", data.as_str(), "--json"];
    let printed = program(syncline, words.iter().copied().chain(usual)).output()?;
    serde_json::from_str(&printed).with_context(|| format!("understand `{printed}`"))
}

/// A server on a free port, which ends with its owner.
struct Server {
    child: Child,
    url: String,
    authority: String,
}

impl Server {
    fn start(syncline: &Path, data: &Path) -> Result<Self> {
        let mut child = Command::new(syncline)
            .args(["serve", "--listen", "off", "--listen-tls", "127.0.0.1:0", "--json", "--data"])
            .arg(data)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("start the server")?;
        let stdout = child.stdout.take().context("the server has no output")?;
        let mut server = Self { child, url: String::new(), authority: String::new() };
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).context("read where the server listens")?;
        let listening: Value =
            serde_json::from_str(&line).with_context(|| format!("understand `{line}`"))?;
        let port = listening["https"].as_str().and_then(|url| url.rsplit_once(':'));
        let (_, port) = port.with_context(|| format!("no port in `{line}`"))?;
        // The name, since clients are told by name whom they may send a token.
        server.url = format!("https://localhost:{}", port.trim_end_matches('/'));
        server.authority = listening["ca"].as_str().unwrap_or_default().to_owned();
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that ended by itself has been told of by the program that spoke to it.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
