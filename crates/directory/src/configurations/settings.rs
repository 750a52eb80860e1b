//! What Graph keeps among a configuration's secrets (graph-api.md 6.7): the target, the scope, and how
//! people are told. None of it is secret. What has a place in the configuration goes there; the rest
//! is kept as it came.

use access::Permission;
use model::{Actor, Brake, Job, Limits, ScopeMode, TenantId};
use serde_json::Value;

use crate::{Directory, Error};

const AUTHENTICATION: &str = "AuthenticationType";
const COMPANY: &str = "CompanyId";
const SYNC_ALL: &str = "SyncAll";
const NOTIFICATIONS: &str = "SyncNotificationSettings";

/// The keys that a configuration between tenants has.
pub const SETTINGS: [&str; 4] = [AUTHENTICATION, COMPANY, SYNC_ALL, NOTIFICATIONS];

/// Settings by their keys, checked one by one.
#[derive(Clone, Debug, Default)]
pub struct SettingsChange {
    target: Option<TenantId>,
    scope: Option<ScopeMode>,
    kept: Vec<(&'static str, String)>,
    threshold: Option<Option<u64>>,
}

impl SettingsChange {
    /// Takes a setting in; says what is wrong with it.
    pub fn take(&mut self, key: &str, value: &str) -> Result<(), Error> {
        match key {
            COMPANY => {
                let target = value.trim().parse();
                let wrong = |_| Error::invalid(COMPANY, format!("'{value}' is no tenant's id"));
                self.target = Some(target.map_err(wrong)?);
            }
            SYNC_ALL => {
                self.scope = Some(match value.trim().to_ascii_lowercase().as_str() {
                    "true" => ScopeMode::All,
                    "false" => ScopeMode::Assigned,
                    _ => return Err(Error::invalid(SYNC_ALL, "is neither true nor false")),
                });
            }
            AUTHENTICATION if value == "SyncPolicy" => {
                self.kept.push((AUTHENTICATION, value.to_owned()));
            }
            AUTHENTICATION => return Err(Error::invalid(AUTHENTICATION, "is not SyncPolicy")),
            NOTIFICATIONS => {
                self.threshold = Some(threshold(value)?);
                self.kept.push((NOTIFICATIONS, value.to_owned()));
            }
            _ => {
                let message = format!(
                    "'{key}' is no setting between tenants; there are {}",
                    SETTINGS.join(", ")
                );
                return Err(Error::invalid("key", message));
            }
        }
        Ok(())
    }

    /// The target that is named, if one is.
    pub fn target(&self) -> Option<TenantId> {
        self.target
    }

    fn apply(&self, job: &mut Job) {
        job.target = self.target.unwrap_or(job.target);
        job.scope = self.scope.unwrap_or(job.scope);
        for (key, value) in &self.kept {
            job.settings.insert((*key).to_owned(), value.clone());
        }
        if let Some(threshold) = self.threshold {
            let usual = Limits::default();
            let fixed = threshold.map(Brake::fixed);
            let limits = &mut job.limits;
            limits.removals_at_least = fixed.map_or(usual.removals_at_least, |one| one.at_least);
            limits.removals_percent = fixed.map_or(usual.removals_percent, |one| one.percent);
            limits.removals_at_most = fixed.map_or(usual.removals_at_most, |one| one.at_most);
        }
    }
}

/// How many removals may happen before they are held, where the settings say so. Where they say that
/// nothing is to be held, our own brakes stay: they are no part of what is switched off there.
fn threshold(text: &str) -> Result<Option<u64>, Error> {
    let wrong = |message: &str| Error::invalid(NOTIFICATIONS, message);
    if text.trim().is_empty() {
        return Ok(None);
    }
    let value: Value = serde_json::from_str(text).map_err(|_| wrong("is no JSON text"))?;
    let Value::Object(members) = &value else { return Err(wrong("is no JSON object")) };
    let is_on = match members.get("DeleteThresholdEnabled") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(on)) => *on,
        Some(_) => return Err(wrong("DeleteThresholdEnabled is neither true nor false")),
    };
    let number = match members.get("DeleteThresholdValue") {
        None | Some(Value::Null) => None,
        Some(Value::Number(number)) => {
            Some(number.as_u64().ok_or_else(|| wrong("DeleteThresholdValue is no number from 0"))?)
        }
        Some(_) => return Err(wrong("DeleteThresholdValue is no number from 0")),
    };
    // 500 is what the portal offers.
    Ok(is_on.then(|| number.unwrap_or(500)))
}

impl Directory {
    /// The settings of a configuration, by their keys.
    pub fn list_settings(
        &self,
        actor: &Actor,
        job: &Job,
    ) -> Result<Vec<(&'static str, String)>, Error> {
        access::check(actor, Permission::ReadJobs, job.source)?;
        let value = |key: &str| match key {
            COMPANY => job.chosen_target().map(|target| target.to_string()),
            SYNC_ALL => Some((job.scope == ScopeMode::All).to_string()),
            AUTHENTICATION => job.chosen_target().map(|_| "SyncPolicy".to_owned()),
            _ => job.settings.get(key).cloned(),
        };
        Ok(SETTINGS.into_iter().filter_map(|key| Some((key, value(key)?))).collect())
    }

    /// Changes settings of a configuration; those that are not named stay.
    pub fn set_settings_of(
        &self,
        actor: &Actor,
        job: &Job,
        change: &SettingsChange,
    ) -> Result<Job, Error> {
        access::check(actor, Permission::WriteJobs, job.source)?;
        if let Some(target) = change.target {
            self.check_choice(job, target)?;
        }
        self.update_job(actor, job, |job| change.apply(job))
    }
}
