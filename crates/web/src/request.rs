//! What a browser asks for, as a value.

use std::net::IpAddr;

use identity::Place;
use model::Timestamp;

use crate::form::Fields;

/// The methods that pages know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Looks.
    Get,
    /// Changes something.
    Post,
}

/// A file that came with a form.
#[derive(Clone, Debug)]
pub struct File {
    /// The field.
    pub field: String,
    /// What the browser calls the file.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// A request.
#[derive(Clone, Debug)]
pub struct Request {
    /// Look or change.
    pub method: Method,
    /// The path, percent-coding undone in each of its parts.
    pub path: Vec<String>,
    /// Path and query as they came.
    pub target: String,
    /// The fields of the query.
    pub query: Fields,
    /// The fields of the body.
    pub form: Fields,
    /// The files of the body.
    pub files: Vec<File>,
    /// The body where it is JSON.
    pub json: Vec<u8>,
    /// All cookies.
    pub cookies: Vec<(String, String)>,
    /// The header with the token against forged requests, where a script sent it.
    pub csrf: Option<String>,
    /// From where the browser says that it asks.
    pub origin: Option<String>,
    /// Whether the browser says that no page of this server led here: a link elsewhere, or an address that
    /// was typed.
    pub from_elsewhere: bool,
    /// Whether only a part of a page is wanted.
    pub partial: bool,
    /// Scheme, host and port, as the caller sees us.
    pub own_origin: String,
    /// The address of the caller.
    pub address: Option<IpAddr>,
    /// The id of the request.
    pub id: String,
    /// When it came.
    pub at: Timestamp,
}

impl Request {
    /// A cookie.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// Whether it came over TLS.
    pub fn is_secure(&self) -> bool {
        self.own_origin.starts_with("https://")
    }

    /// The file of a field, where one was chosen.
    pub fn file(&self, field: &str) -> Option<&File> {
        self.files.iter().find(|file| file.field == field && !file.name.is_empty())
    }

    /// The place of sign-in for a tenant.
    pub fn place(&self, tenant: &str) -> Place {
        Place { origin: self.own_origin.clone(), tenant: tenant.to_owned(), address: self.address }
    }
}
