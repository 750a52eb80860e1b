//! The page for a request that was refused before anybody read it: too long, too slow, or to no address
//! of this server. Nobody is known then, so it has no frame.

use askama::Template;

use crate::{assets, filters};

#[derive(Template)]
#[template(path = "unread.html")]
struct Page<'a> {
    css: String,
    said: &'a str,
    hint: Option<String>,
}

/// The page as HTML, for a browser that asked for one.
pub fn unread(status: u16, said: &str) -> String {
    let hint = (status == 413).then(|| text!("wrong-too-long"));
    // "The body" is nothing that somebody who chose a file knows of.
    let long = text!("wrong-long");
    let said = if status == 413 { &long } else { said };
    let page = Page { css: assets::address("center.css"), said, hint };
    page.render().unwrap_or_else(|_| crate::markup::escape(said))
}
