//! From the name of a column or property to what it means, and from values to a row.
//!
//! Shared by all readers: what CSV calls a heading, JSON a property and LDIF an attribute ends here.

use std::collections::HashMap;

use model::{Attributes, HomeIdentity, Kind, Name, ObjectId, Shape, TenantId, Value, suggest};

use crate::{
    Options, Reference, Row, alias, code, dn,
    value::{ValueError, parse_value, split_list},
};

/// What a column holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Field {
    Id,
    Attribute(Name, Shape),
    /// `accountEnabled` turned round, as in "Block sign in".
    Blocked,
    Manager,
    Members,
    HomeTenant,
    HomeObject,
    /// The caller wants it left out.
    Skip,
}

/// What stands in no attribute: names that all formats share.
const SPECIAL: &[(&str, Field)] = &[
    ("id", Field::Id),
    ("manager", Field::Manager),
    ("members", Field::Members),
    ("homeTenantId", Field::HomeTenant),
    ("homeObjectId", Field::HomeObject),
];

/// Headings whose yes means that the account is off.
const BLOCKED: &[&str] =
    &["blocksignin", "blocksignin(yes/no)", "blockcredential", "signinblocked"];

/// All names that a file may use.
pub(crate) struct Fields {
    kind: Kind,
    /// Graph's names, older ones and extensions, as they are spelt and folded.
    names: HashMap<String, Field>,
    /// What only a heading may say, folded.
    headings: HashMap<String, Field>,
    /// What the caller's column map says, folded; it goes before everything else.
    columns: HashMap<String, Field>,
    /// Columns whose texts are wanted as they stand, folded.
    verbatim: Vec<String>,
    candidates: Vec<String>,
}

impl Fields {
    pub(crate) fn new(options: &Options) -> Self {
        let mut fields = Self {
            kind: options.kind,
            names: HashMap::new(),
            headings: HashMap::new(),
            columns: HashMap::new(),
            verbatim: options.verbatim.iter().map(|name| alias::fold(name)).collect(),
            candidates: Vec::new(),
        };
        for (name, field) in SPECIAL {
            if fields.fits(field) {
                fields.add(name, field.clone());
                fields.candidates.push((*name).to_owned());
            }
        }
        for (name, definition) in Name::known() {
            if definition.kinds.contains(&options.kind) {
                fields.add(definition.name, Field::Attribute(name, definition.shape));
                fields.candidates.push(definition.name.to_owned());
            }
        }
        for (alias, graph) in alias::OLDER {
            if let Some(field) = fields.names.get(*graph).cloned() {
                fields.add(alias, field);
            }
        }
        for (heading, graph) in alias::HEADINGS {
            if let Some(field) = fields.names.get(*graph).cloned() {
                fields.headings.insert((*heading).to_owned(), field);
            }
        }
        for heading in BLOCKED.iter().filter(|_| options.kind == Kind::User) {
            fields.headings.insert((*heading).to_owned(), Field::Blocked);
        }
        for extension in &options.extensions {
            let field = Field::Attribute(extension.name.clone(), extension.shape);
            fields.add(extension.name.as_str(), field.clone());
            fields.add(&extension.short, field);
            fields.candidates.push(extension.short.clone());
        }
        for (from, to) in options.columns.iter() {
            if let Some(field) = fields.find_target(to) {
                fields.columns.insert(alias::fold(from), field);
            }
        }
        fields
    }

    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    /// What a heading means, by whatever name, the caller's column map aside.
    pub(crate) fn find_heading(&self, name: &str) -> Option<&Field> {
        self.find_name(name).or_else(|| self.headings.get(&alias::fold(name)))
    }

    /// What the caller's column map says of a name.
    pub(crate) fn find_mapped(&self, name: &str) -> Option<&Field> {
        if self.columns.is_empty() { None } else { self.columns.get(&alias::fold(name)) }
    }

    /// The place of a column whose texts are wanted as they stand.
    pub(crate) fn find_verbatim(&self, name: &str) -> Option<usize> {
        if self.verbatim.is_empty() {
            return None;
        }
        let name = alias::fold(name);
        self.verbatim.iter().position(|wanted| *wanted == name)
    }

    /// How many columns are wanted as they stand.
    pub(crate) fn count_verbatim(&self) -> usize {
        self.verbatim.len()
    }

    /// What a column means whose text is wanted as it stands: it need mean nothing else, and what is
    /// no id in it is no fault.
    pub(crate) fn beside_verbatim(field: Option<Field>) -> Field {
        field.filter(|field| *field != Field::Id).unwrap_or(Field::Skip)
    }

    /// What a name means that is no heading: Graph's, an extension's or an older one.
    pub(crate) fn find_name(&self, name: &str) -> Option<&Field> {
        self.names.get(name).or_else(|| self.names.get(&alias::fold(name)))
    }

    /// What the right side of a column map means.
    pub(crate) fn find_target(&self, name: &str) -> Option<Field> {
        if name.is_empty() {
            return Some(Field::Skip);
        }
        self.find_heading(name).cloned()
    }

    /// The nearest name.
    pub(crate) fn suggest(&self, name: &str) -> Option<String> {
        suggest(name, self.candidates.iter().map(String::as_str)).map(str::to_owned)
    }

    fn fits(&self, field: &Field) -> bool {
        match field {
            Field::Members => self.kind == Kind::Group,
            Field::Manager | Field::HomeTenant | Field::HomeObject => self.kind == Kind::User,
            _ => true,
        }
    }

    /// The first meaning of a name stays: Graph's names go before aliases, and both before the short
    /// names of extensions.
    fn add(&mut self, name: &str, field: Field) {
        self.names.entry(alias::fold(name)).or_insert_with(|| field.clone());
        self.names.entry(name.to_owned()).or_insert(field);
    }
}

/// Why a value was not taken.
#[derive(Debug, PartialEq)]
pub(crate) struct Fault {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

impl Fault {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None }
    }

    pub(crate) fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    pub(crate) fn of_value(name: &str, error: &ValueError) -> Self {
        Self { code: error.code(), message: format!("{name}: {error}"), hint: error.hint() }
    }
}

/// A row in the making.
#[derive(Default)]
pub(crate) struct Draft {
    pub(crate) id: Option<ObjectId>,
    pub(crate) attributes: Attributes,
    pub(crate) manager: Option<Reference>,
    pub(crate) members: Vec<Reference>,
    pub(crate) handles: Vec<String>,
    emptied: Vec<Name>,
    emptied_references: bool,
    verbatim: Vec<Option<String>>,
    home_tenant: Option<TenantId>,
    home_object: Option<ObjectId>,
}

impl Draft {
    /// Keeps a text as it stands.
    pub(crate) fn keep(&mut self, (place, of): (usize, usize), text: &str) {
        self.verbatim.resize(of, None);
        if !text.trim().is_empty() {
            self.verbatim[place] = Some(text.trim().to_owned());
        }
    }

    /// Notes that a field is there and holds nothing.
    pub(crate) fn note_empty(&mut self, field: &Field) {
        match field {
            Field::Attribute(name, _) => self.emptied.push(name.clone()),
            Field::Blocked => self.emptied.push(Name::ACCOUNT_ENABLED),
            Field::Manager | Field::Members => self.emptied_references = true,
            Field::Id | Field::HomeTenant | Field::HomeObject | Field::Skip => {}
        }
    }

    /// Takes over a text; an empty one is only noted.
    pub(crate) fn put_text(&mut self, field: &Field, text: &str) -> Result<(), Fault> {
        if text.is_empty() {
            self.note_empty(field);
            return Ok(());
        }
        match field {
            Field::Skip => {}
            Field::Id => self.id = Some(parse_id("id", text)?),
            Field::HomeTenant => self.home_tenant = Some(parse_id("homeTenantId", text)?),
            Field::HomeObject => self.home_object = Some(parse_id("homeObjectId", text)?),
            Field::Manager => self.manager = Some(parse_reference(text)?),
            Field::Members => {
                for member in split_list(text) {
                    self.members.push(parse_reference(&member)?);
                }
            }
            Field::Blocked => {
                let value = parse_value(Shape::Boolean, text)
                    .map_err(|error| Fault::of_value("block sign in", &error))?;
                if let Some(blocked) = value.as_boolean() {
                    self.put(Name::ACCOUNT_ENABLED, Value::Boolean(!blocked));
                }
            }
            Field::Attribute(name, shape) => {
                let value = parse_value(*shape, text)
                    .map_err(|error| Fault::of_value(name.as_str(), &error))?;
                self.put(name.clone(), value);
            }
        }
        Ok(())
    }

    /// Takes over a value; an empty one is only noted.
    pub(crate) fn put(&mut self, name: Name, value: Value) {
        if value.is_empty() {
            self.emptied.push(name);
        } else {
            self.attributes.set(name, value);
        }
    }

    /// What was kept as it stands.
    pub(crate) fn into_verbatim(self) -> Vec<Option<String>> {
        self.verbatim
    }

    /// The row, unless its parts do not fit together.
    pub(crate) fn finish(mut self, line: u64, text: String) -> Result<Row, (Fault, String)> {
        let home = match (self.home_tenant, self.home_object) {
            (Some(tenant), Some(object)) => Some(HomeIdentity { tenant, object }),
            (None, None) => None,
            _ => {
                let message = "homeTenantId and homeObjectId stand only together";
                return Err((Fault::new(code::VALUE, message), text));
            }
        };
        let named = Name::new("onPremisesDistinguishedName");
        if let Some(handle) = self.attributes.text(&named).and_then(dn::normalise)
            && !self.handles.contains(&handle)
        {
            self.handles.push(handle);
        }
        // Of two sources of one attribute, one that holds something counts.
        self.emptied.retain(|name| self.attributes.get(name).is_none());
        Ok(Row {
            line,
            text,
            id: self.id,
            attributes: self.attributes,
            home,
            manager: self.manager,
            members: self.members,
            handles: self.handles,
            emptied: self.emptied,
            emptied_references: self.emptied_references,
            verbatim: self.verbatim,
        })
    }
}

/// An id, a distinguished name, or else a user principal name or mail address.
pub(crate) fn parse_reference(text: &str) -> Result<Reference, Fault> {
    let text = text.trim();
    if let Ok(id) = text.parse() {
        return Ok(Reference::Id(id));
    }
    // An address may hold a `=` before its `@`, a name by its first part ends before one.
    let is_name = text.find('=').is_some_and(|at| !text[..at].contains('@'));
    if is_name && let Some(handle) = dn::normalise(text) {
        return Ok(match dn::object_id(&handle) {
            Some(id) => Reference::Id(id),
            None => Reference::Handle(handle),
        });
    }
    if text.is_empty() {
        return Err(Fault::new(code::REFERENCE, "a reference is empty"));
    }
    Ok(Reference::Name(text.to_owned()))
}

fn parse_id<T: std::str::FromStr>(name: &str, text: &str) -> Result<T, Fault> {
    let text = text.trim();
    text.parse().map_err(|_| {
        let shown: String = text.chars().take(40).collect();
        let fault = Fault::new(code::BAD_ID, format!("{name}: '{shown}' is not a UUID"));
        match name {
            "id" => fault
                .with_hint("if it is another number, name its attribute: --column id=employeeId"),
            _ => fault,
        }
    })
}
