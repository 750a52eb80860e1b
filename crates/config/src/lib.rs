//! Settings: `syncline.toml` in the data directory, then the environment, then options; each later
//! one wins, and every value knows where it came from. Reading the file and the environment is the
//! caller's; this crate takes their texts.

mod http;
mod log;
mod setting;

use std::{collections::BTreeMap, path::PathBuf};

use serde::Serialize;

pub use http::{Http, Limits};
pub use log::{Form, Level, Log};
pub use setting::{Kind, SETTINGS, Setting};

/// Where a setting's value came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
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
    /// A file of certificates that notices trust beside the machine's.
    pub ca_file: Option<PathBuf>,
    /// How `serve` is reached over HTTP.
    pub http: Http,
    /// How much each caller may ask.
    pub limits: Limits,
    /// What `serve` writes down about its work.
    pub log: Log,
    values: BTreeMap<&'static str, (String, Origin)>,
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
    /// A value is not what the setting takes.
    #[error("{name}: '{value}' is not {wanted}")]
    Value {
        /// The setting.
        name: String,
        /// The value.
        value: String,
        /// What it takes: `between 1 and 64`, `on or off`.
        wanted: String,
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

impl Settings {
    /// The settings from a file's text (empty when there is none), the environment, and options of
    /// the form `NAME=VALUE`.
    pub fn read(
        file: &str,
        environment: impl Fn(&str) -> Option<String>,
        options: &[String],
    ) -> Result<Self, ConfigError> {
        let file = read_file(file)?;
        let mut given = BTreeMap::new();
        for pair in options {
            let unknown = || ConfigError::Unknown(pair.clone());
            let (name, value) = pair.split_once('=').ok_or_else(unknown)?;
            let setting = find(name).ok_or_else(unknown)?;
            given.insert(setting.name, value.to_owned());
        }
        let mut values = BTreeMap::new();
        for setting in SETTINGS {
            let (text, origin) = if let Some(text) = given.get(setting.name) {
                (text.clone(), Origin::Option)
            } else if let Some(text) = environment(setting.variable) {
                (text, Origin::Environment)
            } else if let Some(text) = file.get(setting.name) {
                (text.clone(), Origin::File)
            } else {
                (setting.default.to_owned(), Origin::Default)
            };
            values.insert(setting.name, (checked(setting, text)?, origin));
        }
        Ok(Self::of(values))
    }

    fn of(values: BTreeMap<&'static str, (String, Origin)>) -> Self {
        let read = Values(&values);
        Self {
            cache_mb: read.number("store.cache-mb"),
            shards: read.number("store.shards"),
            threads: read.number("sync.threads"),
            log_days: read.number("log-days"),
            ca_file: Some(read.text("notify.ca-file"))
                .filter(|file| !file.is_empty())
                .map(PathBuf::from),
            http: Http::of(&read),
            limits: Limits::of(&read),
            log: Log::of(&read),
            values,
        }
    }

    /// Every setting with its value and origin.
    pub fn show(&self) -> Vec<Shown> {
        let shown = SETTINGS.iter().filter_map(|setting| {
            let (value, origin) = self.values.get(setting.name)?;
            Some(Shown {
                name: setting.name,
                variable: setting.variable,
                value: value.clone(),
                origin: *origin,
                about: setting.about,
            })
        });
        shown.collect()
    }
}

fn find(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.name == name)
}

/// The settings of a file by their names; a name in a table is `table.name`.
fn read_file(text: &str) -> Result<BTreeMap<String, String>, ConfigError> {
    let table: toml::Table =
        toml::from_str(text).map_err(|error| ConfigError::File(error.to_string()))?;
    let mut found = BTreeMap::new();
    for (name, value) in table {
        match value {
            toml::Value::Table(inner) => {
                for (rest, value) in inner {
                    add(&mut found, format!("{name}.{rest}"), &value)?;
                }
            }
            value => add(&mut found, name, &value)?,
        }
    }
    Ok(found)
}

fn add(
    found: &mut BTreeMap<String, String>,
    name: String,
    value: &toml::Value,
) -> Result<(), ConfigError> {
    if find(&name).is_none() {
        return Err(ConfigError::File(format!("'{name}' is no setting")));
    }
    let text = match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Boolean(on) => if *on { "on" } else { "off" }.to_owned(),
        toml::Value::Integer(number) => number.to_string(),
        other => {
            let kind = other.type_str();
            return Err(ConfigError::File(format!("{name}: {kind} is no value of a setting")));
        }
    };
    found.insert(name, text);
    Ok(())
}

fn checked(setting: &Setting, text: String) -> Result<String, ConfigError> {
    let text = text.trim().to_owned();
    let is_taken = match setting.kind {
        Kind::Number { least, most } => {
            text.parse::<usize>().is_ok_and(|number| (least..=most).contains(&number))
        }
        Kind::Word(words) => words.contains(&text.as_str()),
        Kind::Text(check) => check(&text).is_ok(),
    };
    if is_taken {
        return Ok(text);
    }
    let wanted = setting.takes();
    Err(ConfigError::Value { name: setting.name.to_owned(), value: text, wanted })
}

/// Values that were checked, by their names.
struct Values<'a>(&'a BTreeMap<&'static str, (String, Origin)>);

impl Values<'_> {
    fn text(&self, name: &str) -> String {
        self.0.get(name).map(|(text, _)| text.clone()).unwrap_or_default()
    }

    fn number(&self, name: &str) -> usize {
        self.text(name).parse().unwrap_or_default()
    }

    fn is_on(&self, name: &str) -> bool {
        self.text(name) == "on"
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
        let variable = |name: &str| (name == "SYNCLINE_STORE_CACHE_MB").then(|| "32".to_owned());
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

    #[test]
    fn a_value_has_to_be_what_the_setting_takes() {
        let check = |file: &str, wanted: &str| {
            let error = Settings::read(file, |_| None, &[]).expect_err("refused");
            assert_eq!(error.to_string(), wanted);
        };
        check("log-days = -1", "log-days: '-1' is not between 0 and 36500");
        check("[http]\nlisten = 'here'", "http.listen: 'here' is not ADDRESS:PORT or off");
        check("[log]\nformat = 'xml'", "log.format: 'xml' is not text or json");
        check(
            "[log]\nlevel = 'http'",
            "log.level: 'http' is not LEVEL or PART=LEVEL, separated by commas",
        );
        check("[http]\nlisten = []", "syncline.toml: http.listen: array is no value of a setting");
        let read = Settings::read("[limits]\ngraph = false", |_| None, &[]).expect("read");
        assert!(!read.limits.graph);
    }
}
