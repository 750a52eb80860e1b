//! The domains of a tenant, and the attributes that it defines for itself.

use access::Permission as P;
use askama::Template;
use directory::NewExtension;
use model::{Domain, Extension, ExtensionType, Kind};

use super::{Part, Place, part};
use crate::{answer::Answer, error::Error, filters, form::Fields, frame::Frame, visit::Visit};

/// The types of an extension, as they are called outside.
const TYPES: [(&str, ExtensionType); 6] = [
    ("String", ExtensionType::String),
    ("Boolean", ExtensionType::Boolean),
    ("Integer", ExtensionType::Integer),
    ("LargeInteger", ExtensionType::LargeInteger),
    ("DateTime", ExtensionType::DateTime),
    ("Binary", ExtensionType::Binary),
];

#[derive(Template)]
#[template(path = "tenant_domains.html")]
struct Page {
    frame: Frame,
    place: Place,
    why_not: Option<String>,
    extensions: Part<Vec<Row>>,
    why_not_extend: Option<String>,
    types: Vec<&'static str>,
    form: Fields,
    for_users: bool,
    refused: Option<Error>,
    refused_at: &'static str,
}

/// An extension.
struct Row {
    name: String,
    attribute: String,
    data_type: String,
    is_multi: bool,
    is_for_users: bool,
    is_for_groups: bool,
}

impl Row {
    fn of(extension: &Extension) -> Self {
        Self {
            name: extension.name.clone(),
            attribute: extension.attribute().to_string(),
            data_type: format!("{:?}", extension.data_type),
            is_multi: extension.multi_valued,
            is_for_users: extension.targets.contains(&Kind::User),
            is_for_groups: extension.targets.contains(&Kind::Group),
        }
    }
}

/// The page.
pub fn list(visit: &Visit) -> Result<Answer, Error> {
    page(visit, None)
}

fn page(visit: &Visit, refused: Option<(&'static str, Error)>) -> Result<Answer, Error> {
    let place = Place::of(visit, "domains")?;
    if let Some(closed) = place.closed(visit, P::ReadDomains, text!("nav-domains"))? {
        return Ok(closed);
    }
    let tenant = place.tenant.id;
    let extensions = part(visit.center.directory.list_extensions(visit.actor(), tenant))?;
    let (refused_at, refused) = refused.map_or(("", None), |(at, error)| (at, Some(error)));
    let status = refused.as_ref().map_or(200, |error| error.status);
    let page = Page {
        frame: place.frame(visit, text!("nav-domains")),
        why_not: visit.why_not(P::ManageTenants, tenant),
        extensions: extensions.map(|all| all.iter().map(Row::of).collect()),
        why_not_extend: visit.why_not(P::WriteApplications, tenant),
        types: TYPES.iter().map(|(name, _)| *name).collect(),
        form: visit.form().clone(),
        for_users: refused_at != "extensions" || visit.form().is_on("users"),
        place,
        refused,
        refused_at,
    };
    Answer::page_with(status, &page)
}

fn end(
    visit: &Visit,
    at: &'static str,
    done: Result<(), Error>,
    (said, name): (&str, &str),
) -> Result<Answer, Error> {
    match done {
        Ok(()) => {
            let path = Place::of(visit, "domains")?.path("/domains");
            Ok(Answer::said_of(&path, said, name))
        }
        Err(error) if error.is_mendable() && error.status != 403 => page(visit, Some((at, error))),
        Err(error) => Err(error),
    }
}

/// Adds a domain.
pub fn add(visit: &Visit) -> Result<Answer, Error> {
    let name = visit.form().text("domain");
    let add = || -> Result<(), Error> {
        let tenant = visit.tenant()?.id;
        let wrong = |error: model::DomainError| Error::invalid(error.to_string());
        let domain: Domain = name.parse().map_err(wrong)?;
        visit.center.directory.update_tenant(visit.actor(), tenant, |tenant| {
            if !tenant.domains.contains(&domain) {
                tenant.domains.push(domain.clone());
            }
        })?;
        Ok(())
    };
    end(visit, "domains", add(), ("said-domain-added", name))
}

/// Removes a domain that is not the first.
pub fn remove(visit: &Visit) -> Result<Answer, Error> {
    let name = visit.form().text("domain");
    let remove = || -> Result<(), Error> {
        let tenant = visit.tenant()?;
        if tenant.initial_domain().as_str() == name {
            return Err(Error::invalid(text!("domains-stays")));
        }
        visit.center.directory.update_tenant(visit.actor(), tenant.id, |tenant| {
            tenant.domains.retain(|domain| domain.as_str() != name);
        })?;
        Ok(())
    };
    end(visit, "domains", remove(), ("said-domain-removed", name))
}

/// Defines an extension.
pub fn add_extension(visit: &Visit) -> Result<Answer, Error> {
    let form = visit.form();
    let targets = [("users", Kind::User), ("groups", Kind::Group)];
    let data_type = TYPES.iter().find(|(name, _)| *name == form.text("type"));
    let new = NewExtension {
        name: form.text("name").to_owned(),
        application: None,
        data_type: data_type.map_or(ExtensionType::String, |(_, one)| *one),
        multi_valued: form.is_on("multi"),
        targets: targets
            .into_iter()
            .filter(|(box_name, _)| form.is_on(box_name))
            .map(|one| one.1)
            .collect(),
    };
    let tenant = visit.tenant()?.id;
    let made = visit.center.directory.create_extension(visit.actor(), tenant, new);
    let done = made.map(drop).map_err(Error::from);
    end(visit, "extensions", done, ("said-extension-made", form.text("name")))
}

/// Removes an extension.
pub fn remove_extension(visit: &Visit) -> Result<Answer, Error> {
    let (tenant, name) = (visit.tenant()?.id, visit.form().text("name"));
    visit.center.directory.delete_extension(visit.actor(), tenant, name)?;
    end(visit, "extensions", Ok(()), ("said-extension-deleted", name))
}
