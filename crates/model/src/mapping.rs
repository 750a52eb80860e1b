//! Attribute mappings: where a target attribute's value comes from (cross-tenant-sync.md section 4,
//! provisioning-engine.md section 4). Compiling and evaluating them is the engine's.

use serde::{Deserialize, Serialize};

/// Where the value comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "type", content = "value")]
pub enum Source {
    /// The source attribute of this name, as it is.
    Direct(String),
    /// Always this text.
    Constant(String),
    /// The result of this expression.
    Expression(String),
    /// Nowhere: the target attribute is left alone, and gets the mapping's default value whenever it
    /// is empty.
    None,
}

/// When the mapping is applied (`flowType` in the vendor's schema).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Apply {
    /// At creation and at every update.
    #[default]
    Always,
    /// Only when the object is made (`ObjectAddOnly`).
    OnlyAtCreation,
    /// Only where the target attribute holds nothing (`AttributeAddOnly`).
    OnlyWhenEmpty,
    /// What the target holds is never taken away: an emptied source clears nothing, and a list only
    /// grows (`ValueAddOnly`, and for lists `MultiValueAddOnly`).
    OnlyAdding,
}

/// What an empty source value does to the target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum EmptySource {
    /// It empties the target attribute.
    #[default]
    Clears,
    /// It leaves the target attribute as it is, as the model does (cross-tenant-sync.md 4.1).
    Keeps,
}

/// One mapping.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Mapping {
    /// The target attribute.
    pub target: String,
    /// Where its value comes from.
    pub source: Source,
    /// The value used at creation when the source gives none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// When it is applied.
    #[serde(default)]
    pub apply: Apply,
    /// What an empty source value does.
    #[serde(default)]
    pub empty: EmptySource,
    /// External users of the target are matched by this mapping's value, the lowest number first;
    /// none for a mapping that matches nobody. The link and the home identity always come before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matching: Option<u32>,
}

impl Mapping {
    /// The source attribute of this name to the target attribute, always.
    pub fn direct(source: &str, target: &str) -> Self {
        Self::new(target, Source::Direct(source.to_owned()))
    }

    /// Always this text.
    pub fn constant(value: &str, target: &str) -> Self {
        Self::new(target, Source::Constant(value.to_owned()))
    }

    /// From anywhere, always, clearing.
    pub fn new(target: &str, source: Source) -> Self {
        Self {
            target: target.to_owned(),
            source,
            default: None,
            apply: Apply::Always,
            empty: EmptySource::Clears,
            matching: None,
        }
    }

    /// The rule as people write it: `[mail]`, `"Member"`, or the expression.
    pub fn rule(&self) -> String {
        match &self.source {
            Source::Direct(attribute) => format!("[{attribute}]"),
            Source::Constant(text) => format!("\"{text}\""),
            Source::Expression(text) => text.clone(),
            Source::None => "(none)".to_owned(),
        }
    }

    /// The mappings that a new configuration starts with: the set of cross-tenant-sync.md 4.1 and
    /// 4.9 under Graph's names. `IsSoftDeleted` and the match key are the line's own.
    pub fn defaults() -> Vec<Self> {
        const SAME: [&str; 21] = [
            "accountEnabled",
            "city",
            "country",
            "department",
            "displayName",
            "employeeId",
            "givenName",
            "jobTitle",
            "mail",
            "mailNickname",
            "manager",
            "mobilePhone",
            "officeLocation",
            "postalCode",
            "preferredLanguage",
            "state",
            "streetAddress",
            "surname",
            "businessPhones",
            "companyName",
            "userPrincipalName",
        ];
        let mut mappings: Vec<_> = SAME.iter().map(|name| Self::direct(name, name)).collect();
        mappings.push(Self::constant("true", "showInAddressList"));
        mappings
            .push(Self { apply: Apply::OnlyAtCreation, ..Self::constant("Member", "userType") });
        mappings
    }

    /// The mappings of groups that a new configuration starts with (cross-tenant-sync.md 4.10). Members
    /// are a reference.
    pub fn group_defaults() -> Vec<Self> {
        const SAME: [&str; 4] = ["description", "displayName", "mailNickname", "members"];
        SAME.iter().map(|name| Self::direct(name, name)).collect()
    }

    /// What holds for groups whatever is configured: whatever they are at home, they are security
    /// groups without mail in the target (cross-tenant-sync.md 6).
    pub fn group_type() -> [Self; 2] {
        [Self::constant("true", "securityEnabled"), Self::constant("false", "mailEnabled")]
    }
}
