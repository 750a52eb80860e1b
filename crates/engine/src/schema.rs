//! What attributes a tenant's users, or its groups, have: the known ones and the tenant's own
//! extensions.

use model::{Case, Extension, Kind, Mapping, Mutability, Name, Shape};

/// The attributes of users, or of groups, in one tenant.
#[derive(Clone, Debug)]
pub struct Schema {
    kind: Kind,
    extensions: Vec<Extension>,
    is_withheld: bool,
}

impl Default for Schema {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

/// What is true of one attribute of a tenant's users.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Its name.
    pub name: Name,
    /// What its values look like.
    pub shape: Shape,
    /// Whether a user must have it.
    pub required: bool,
    /// Who may write it.
    pub mutability: Mutability,
    /// How its texts compare.
    pub case: Case,
}

impl Schema {
    /// The known attributes of users and these extensions.
    pub fn new(extensions: Vec<Extension>) -> Self {
        Self { kind: Kind::User, extensions, is_withheld: false }
    }

    /// What a tenant that has not consented tells of itself: the known attributes, and of its own
    /// extensions only those that these mappings, of people or of groups, write already.
    pub fn withhold(mut self, mapped: &[Mapping]) -> Self {
        let groups = self.of_groups();
        let written: Vec<Name> = mapped
            .iter()
            .flat_map(|one| [self.find_attribute(&one.target), groups.find_attribute(&one.target)])
            .flatten()
            .map(|(name, _)| name)
            .collect();
        self.extensions.retain(|own| written.contains(&own.attribute()));
        self.is_withheld = true;
        self
    }

    /// Whether extensions are left out because the tenant has not consented.
    pub fn is_withheld(&self) -> bool {
        self.is_withheld
    }

    /// What to say about a name that the tenant does not have.
    pub(crate) fn hint(&self, text: &str) -> Option<String> {
        let near = self.suggest(text).map(|near| format!("did you mean '{near}'?"));
        near.or_else(|| {
            let why = "directory extensions of a tenant that has not consented are not told";
            self.is_withheld.then(|| why.to_owned())
        })
    }

    /// Whose attributes they are.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The attributes of the same tenant's groups.
    pub fn of_groups(&self) -> Self {
        Self { kind: Kind::Group, ..self.clone() }
    }

    /// The attributes of the same tenant's users, or of its groups.
    pub fn of_kind(&self, kind: Kind) -> Self {
        Self { kind, ..self.clone() }
    }

    /// The attribute under this text: a known name in any case, an extension's full name,
    /// or an extension's short name where only one extension has it.
    pub fn find_attribute(&self, text: &str) -> Option<(Name, Shape)> {
        if let Some(name) = Name::find_known(text) {
            let definition = name.definition().expect("find_known gives names of the table");
            return definition.kinds.contains(&self.kind).then_some((name, definition.shape));
        }
        let mut users = self.extensions.iter().filter(|own| own.targets.contains(&self.kind));
        if let Some(own) = users.clone().find(|own| own.attribute().as_str() == text) {
            return Some((own.attribute(), own.shape()));
        }
        let first = users.find(|own| own.name == text)?;
        users.all(|own| own.name != text).then(|| (first.attribute(), first.shape()))
    }

    /// All attributes, sorted by name.
    pub fn attributes(&self) -> Vec<Attribute> {
        let known = Name::known().filter(|(_, one)| one.kinds.contains(&self.kind));
        let known = known.map(|(name, one)| Attribute {
            name,
            shape: one.shape,
            required: one.required,
            mutability: one.mutability,
            case: one.case,
        });
        let own = self.extensions.iter().filter(|own| own.targets.contains(&self.kind));
        let own = own.map(|own| Attribute {
            name: own.attribute(),
            shape: own.shape(),
            required: false,
            mutability: Mutability::ReadWrite,
            case: Case::Ignored,
        });
        let mut all: Vec<Attribute> = known.chain(own).collect();
        all.sort_by(|left, right| left.name.cmp(&right.name));
        all
    }

    /// Whether a synchronization may write the attribute.
    pub fn is_writable(name: &Name) -> bool {
        name.definition().is_none_or(|definition| definition.mutability == Mutability::ReadWrite)
    }

    /// The attribute whose name comes nearest to the text.
    pub fn suggest(&self, text: &str) -> Option<String> {
        self.suggest_known(text).or_else(|| self.suggest_extension(text))
    }

    /// The full name of the extension that a full name seems to mean: whoever writes
    /// `extension_badge` does not know the number of the application.
    fn suggest_extension(&self, text: &str) -> Option<String> {
        let rest = text.strip_prefix("extension_")?;
        let short = rest.split_once('_').map_or(rest, |(_, short)| short);
        let users = || self.extensions.iter().filter(|own| own.targets.contains(&self.kind));
        let names = users().map(|own| own.name.as_str());
        let near = model::suggest(rest, names.clone()).or_else(|| model::suggest(short, names))?;
        users().find(|own| own.name == near).map(|own| own.attribute().as_str().to_owned())
    }

    fn suggest_known(&self, text: &str) -> Option<String> {
        let known = Name::known()
            .filter(|(_, definition)| definition.kinds.contains(&self.kind))
            .map(|(name, _)| name.as_str().to_owned());
        let own = self.extensions.iter().filter(|own| own.targets.contains(&self.kind));
        let own = own.map(|own| own.name.clone());
        let all: Vec<String> = known.chain(own).collect();
        model::suggest(text, all.iter().map(String::as_str)).map(str::to_owned)
    }
}
