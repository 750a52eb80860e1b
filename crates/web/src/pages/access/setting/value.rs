//! The value of a setting: as Graph has it, as fields of a form, and in words.

use model::{ApplicationId, ObjectId};
use serde_json::{Value, json};

use crate::{error::Error, visit::Visit};

/// The claims of the home tenant that may count here.
pub const CLAIMS: [(&str, &str); 3] = [
    ("isMfaAccepted", "access-claim-mfa"),
    ("isCompliantDeviceAccepted", "access-claim-device"),
    ("isHybridAzureADJoinedDeviceAccepted", "access-claim-hybrid"),
];

/// Who or what is allowed or blocked.
#[derive(Default)]
pub struct Side {
    /// Whether it is blocked, and not allowed.
    pub is_blocked: bool,
    /// Whether all are meant.
    pub everything: bool,
    /// Who or what is meant otherwise, one a line.
    pub ids: String,
}

/// A setting in words.
pub fn describe(value: Option<&Value>) -> String {
    let Some(value) = value else { return text!("access-nothing-set") };
    if CLAIMS.iter().any(|(claim, _)| value.get(claim).is_some()) {
        let trusted = CLAIMS.iter().filter(|(claim, _)| value[*claim] == json!(true));
        let names: Vec<String> = trusted.map(|(_, key)| crate::texts::say(key, &[])).collect();
        return if names.is_empty() { text!("access-trusts-nothing") } else { names.join(", ") };
    }
    let (users, applications) =
        (Side::of(&value["usersAndGroups"]), Side::of(&value["applications"]));
    match (users.everything, applications.everything) {
        (true, true) if users.is_blocked || applications.is_blocked => text!("access-nobody"),
        (true, true) => text!("access-everybody"),
        _ => {
            let side = |side: &Side| match (side.everything, side.is_blocked) {
                (true, false) => text!("access-all-allowed"),
                (true, true) => text!("access-all-blocked"),
                (false, false) => text!("access-some-allowed", count = side.count()),
                (false, true) => text!("access-some-blocked", count = side.count()),
            };
            text!("access-some", users = side(&users), applications = side(&applications))
        }
    }
}

impl Side {
    /// As it is kept.
    pub fn of(value: &Value) -> Self {
        let empty = Vec::new();
        let targets = value["targets"].as_array().unwrap_or(&empty);
        let line = |target: &Value| {
            let id = target["target"].as_str()?;
            match (id, target["targetType"].as_str()?) {
                ("AllUsers" | "AllApplications", _) => None,
                (id, "group") => Some(format!("group {id}")),
                (id, _) => Some(id.to_owned()),
            }
        };
        let ids: Vec<String> = targets.iter().filter_map(line).collect();
        let is_blocked = value["accessType"] == json!("blocked");
        Self { is_blocked, everything: ids.is_empty(), ids: ids.join("\n") }
    }

    /// As a form has it.
    pub fn sent(visit: &Visit, name: &str) -> Self {
        let form = visit.form();
        let text = |part: &str| form.text(&format!("{name}-{part}")).to_owned();
        Self {
            is_blocked: text("access") == "blocked",
            everything: text("who") != "some",
            ids: text("ids"),
        }
    }

    fn count(&self) -> usize {
        self.ids.lines().count()
    }

    /// As Graph has it. Users and groups go by their object ids, applications by theirs.
    pub fn value(&self, all: &str, kind: &str) -> Result<Value, Error> {
        let access = if self.is_blocked { "blocked" } else { "allowed" };
        let target = |id: &str, kind: &str| json!({ "target": id, "targetType": kind });
        if self.everything {
            return Ok(json!({ "accessType": access, "targets": [target(all, kind)] }));
        }
        let mut targets = Vec::new();
        for line in self.ids.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (id, own) = match line.strip_prefix("group ") {
                Some(id) if kind == "user" => (id.trim(), "group"),
                _ => (line, kind),
            };
            let fits = match own {
                "application" => id.parse::<ApplicationId>().is_ok(),
                _ => id.parse::<ObjectId>().is_ok(),
            };
            if !fits {
                return Err(Error::invalid(text!("access-no-id", line = line)));
            }
            targets.push(target(id, own));
        }
        if targets.is_empty() {
            return Err(Error::invalid(text!("access-no-ids")));
        }
        Ok(json!({ "accessType": access, "targets": targets }))
    }
}
