//! Settings: `syncline.toml` in the data directory, then the environment, then options; each later
//! one wins, and every value knows where it came from. Reading the file and the environment is the
//! caller's; this crate takes their texts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Where a setting's value came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Origin {
    /// Nobody said anything.
    Default,
    /// `syncline.toml`.
    File,
    /// An environment variable.
    Environment,
    /// An option on the command line.
    Option,
}

/// The settings in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The page cache of the embedded store, in megabytes, for the whole process.
    pub cache_mb: usize,
    /// How many files a new embedded store spreads its tenants over.
    pub shards: usize,
    /// How many cycles `serve` runs at once.
    pub threads: usize,
    /// For how many days the provisioning log is kept; 0 means for ever.
    pub log_days: usize,
    origins: BTreeMap<&'static str, Origin>,
}

/// The settings file, as it may be written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    log_days: Option<usize>,
    #[serde(default)]
    store: StoreFile,
    #[serde(default)]
    sync: SyncFile,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct StoreFile {
    cache_mb: Option<usize>,
    shards: Option<usize>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct SyncFile {
    threads: Option<usize>,
}

/// A settings file or variable that cannot be understood.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is no TOML, or has a name that is no setting.
    #[error("syncline.toml: {0}")]
    File(String),
    /// An option names no setting.
    #[error("'{0}' is no setting; write NAME=VALUE with a name that `syncline config show` lists")]
    Unknown(String),
    /// A value is out of its range, or no number.
    #[error("{name}: '{value}' is not between {least} and {most}")]
    Range {
        /// The setting.
        name: String,
        /// The value.
        value: String,
        /// The least that is allowed.
        least: usize,
        /// The most that is allowed.
        most: usize,
    },
}

/// One setting as `config show` lists it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Shown {
    /// Its name in the file.
    pub name: &'static str,
    /// Its environment variable.
    pub variable: &'static str,
    /// Its value.
    pub value: String,
    /// Where the value came from.
    pub origin: Origin,
    /// What it is for.
    pub about: &'static str,
}

struct Setting {
    name: &'static str,
    variable: &'static str,
    default: usize,
    least: usize,
    most: usize,
    about: &'static str,
}

const CACHE: Setting = Setting {
    name: "store.cache-mb",
    variable: "SYNCLINE_STORE_CACHE_MB",
    default: 128,
    least: 8,
    most: 1 << 20,
    about: "page cache of the embedded store, in megabytes, for the whole process",
};

const SHARDS: Setting = Setting {
    name: "store.shards",
    variable: "SYNCLINE_STORE_SHARDS",
    default: 4,
    least: 1,
    most: 64,
    about: "files that a new embedded store spreads its tenants over",
};

const THREADS: Setting = Setting {
    name: "sync.threads",
    variable: "SYNCLINE_SYNC_THREADS",
    default: 4,
    least: 1,
    most: 64,
    about: "cycles that `serve` runs at once; each takes up to three threads while it works",
};

const LOG_DAYS: Setting = Setting {
    name: "log-days",
    variable: "SYNCLINE_LOG_DAYS",
    default: 90,
    least: 0,
    most: 36_500,
    about: "for how many days the provisioning log is kept; 0 keeps it for ever",
};

impl Settings {
    /// The settings from a file's text (empty when there is none), the environment, and options of
    /// the form `NAME=VALUE`.
    pub fn read(
        file: &str,
        environment: impl Fn(&str) -> Option<String>,
        options: &[String],
    ) -> Result<Self, ConfigError> {
        let known = [CACHE.name, SHARDS.name, THREADS.name, LOG_DAYS.name];
        let option = |wanted: &str| {
            let pairs = options.iter().filter_map(|pair| pair.split_once('='));
            pairs.filter(|(name, _)| *name == wanted).map(|(_, value)| value.to_owned()).next_back()
        };
        for pair in options {
            let name = pair.split('=').next().unwrap_or_default();
            if !pair.contains('=') || !known.contains(&name) {
                return Err(ConfigError::Unknown(pair.clone()));
            }
        }
        let file: File =
            toml::from_str(file).map_err(|error| ConfigError::File(error.to_string()))?;
        let mut origins = BTreeMap::new();
        let mut pick = |setting: &Setting, from_file: Option<usize>| {
            let (text, origin) = if let Some(text) = option(setting.name) {
                (text, Origin::Option)
            } else if let Some(text) = environment(setting.variable) {
                (text, Origin::Environment)
            } else if let Some(number) = from_file {
                (number.to_string(), Origin::File)
            } else {
                (setting.default.to_string(), Origin::Default)
            };
            origins.insert(setting.name, origin);
            let number = text.trim().parse().ok();
            number.filter(|number| (setting.least..=setting.most).contains(number)).ok_or_else(
                || ConfigError::Range {
                    name: setting.name.to_owned(),
                    value: text,
                    least: setting.least,
                    most: setting.most,
                },
            )
        };
        let cache_mb = pick(&CACHE, file.store.cache_mb)?;
        let shards = pick(&SHARDS, file.store.shards)?;
        let threads = pick(&THREADS, file.sync.threads)?;
        let log_days = pick(&LOG_DAYS, file.log_days)?;
        Ok(Self { cache_mb, shards, threads, log_days, origins })
    }

    /// Every setting with its value and origin.
    pub fn show(&self) -> Vec<Shown> {
        let shown = [
            (CACHE, self.cache_mb),
            (SHARDS, self.shards),
            (THREADS, self.threads),
            (LOG_DAYS, self.log_days),
        ];
        shown
            .into_iter()
            .map(|(setting, value)| Shown {
                name: setting.name,
                variable: setting.variable,
                value: value.to_string(),
                origin: self.origins.get(setting.name).cloned().unwrap_or(Origin::Default),
                about: setting.about,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_wins_over_the_environment_that_over_the_file_and_that_over_the_default() {
        let none = |_: &str| None;
        assert_eq!(Settings::read("", none, &[]).expect("defaults").cache_mb, 128);
        let file = "[store]\ncache-mb = 64\n";
        assert_eq!(Settings::read(file, none, &[]).expect("file").cache_mb, 64);
        let variable = |name: &str| (name == CACHE.variable).then(|| "32".to_owned());
        let settings = Settings::read(file, variable, &[]).expect("variable");
        assert_eq!(settings.cache_mb, 32);
        assert_eq!(settings.show()[0].origin, Origin::Environment);
        let option = ["store.cache-mb=16".to_owned()];
        let settings = Settings::read(file, variable, &option).expect("option");
        assert_eq!((settings.cache_mb, &settings.show()[0].origin), (16, &Origin::Option));
    }

    #[test]
    fn a_name_that_is_no_setting_is_refused() {
        let error = Settings::read("[store]\ncahce-mb = 64\n", |_| None, &[]).expect_err("refused");
        assert!(error.to_string().contains("cahce-mb"), "{error}");
        let option = ["store.cahce-mb=64".to_owned()];
        assert!(Settings::read("", |_| None, &option).is_err());
    }
}
