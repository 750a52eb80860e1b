//! `syncline operator`.

use identity::{Operator, OperatorError, Operators};
use serde_json::{Value, json};

use super::{Call, table};
use crate::{app::App, args::OperatorCommand, failure::Failure, http::Addresses, output::Reply};

pub fn run(call: &Call<'_>, command: OperatorCommand) -> Result<Reply, Failure> {
    let operators = Operators::new(call.app.directory.clone());
    match command {
        OperatorCommand::Create { name } | OperatorCommand::Reset { name } => {
            let code = operators.make_code(call.actor, name.as_deref())?;
            let link = Link::new(call.app, code);
            Ok(Reply::new(link.document(), link.text()))
        }
        OperatorCommand::List => {
            let all = operators.list(call.actor)?;
            let rows = all.iter().map(|Operator { name, created, expires }| {
                vec![name.clone(), created.to_string(), expires.to_string()]
            });
            Ok(Reply::new(&all, table(&["name", "since", "token ends"], rows)))
        }
        OperatorCommand::Remove { name } => {
            operators.remove(call.actor, &name)?;
            Ok(Reply::new(json!({ "removed": name }), format!("removed operator {name}")))
        }
    }
}

/// A one-time link to a server, with all that it takes to follow it.
pub struct Link {
    code: String,
    server: String,
    addresses: Addresses,
}

impl Link {
    /// The link with a code to where the server is reached now, or will be.
    pub fn new(app: &App, code: String) -> Self {
        let addresses = app.addresses.get().cloned().unwrap_or_else(|| Addresses::planned(app));
        let server = addresses.https.clone().or(addresses.http.clone()).unwrap_or_default();
        Self { code, server, addresses }
    }

    /// The code stands behind `#`, which no program sends along.
    pub fn address(&self) -> String {
        format!("{}/syncline/operator#{}", self.server, self.code)
    }

    /// The same for a browser on this machine, which does not know our own CA: without TLS where that
    /// is offered, since nothing leaves the machine.
    pub fn browser_address(&self) -> String {
        let server = self.addresses.http.as_ref().filter(|_| self.addresses.ca.is_some());
        let server = server.filter(|plain| plain.starts_with("http://localhost:"));
        format!("{}/syncline/operator#{}", server.unwrap_or(&self.server), self.code)
    }

    pub fn document(&self) -> Value {
        json!({
            "code": self.code,
            "link": self.address(),
            "browser": self.browser_address(),
            "server": self.server,
            "ca": self.addresses.ca,
        })
    }

    pub fn text(&self) -> String {
        let trust = match self.addresses.ca.as_ref().filter(|_| self.addresses.https.is_some()) {
            Some(ca) => format!(" --cacert {}", ca.display()),
            None => String::new(),
        };
        format!(
            "one-time operator link to the admin center, good for 24 hours:\n  {browser}\nor, for the \
             command line of another machine:\n  syncline login --code '{link}'{trust}",
            browser = self.browser_address(),
            link = self.address()
        )
    }
}

impl From<OperatorError> for Failure {
    fn from(error: OperatorError) -> Self {
        let text = error.to_string();
        match error {
            OperatorError::Denied(denied) => directory::Error::from(denied).into(),
            OperatorError::Store(error) => error.into(),
            OperatorError::Code => Self::new("code-invalid", text)
                .hint("make another one on the server: `syncline operator reset --data DIR`"),
            OperatorError::Taken(_) => Self::new("exists", text)
                .hint("choose another name with --name, or make a link for that name"),
            OperatorError::Name(_) => Self::new("invalid-value", text)
                .hint("up to 64 letters, digits, blanks and . - _ @"),
            OperatorError::Unknown(_) => {
                Self::new("not-found", text).hint("see `syncline operator list`")
            }
            OperatorError::Many => {
                Self::new("not-allowed", text).hint("remove some: `syncline operator remove`")
            }
        }
    }
}
