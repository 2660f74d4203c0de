//! Pages that are text: terms, imprint, returns; and the page shown when something is missing or failed.

use askama::Template;

use super::shell::{Link, Shell};

/// A page of text.
#[derive(Debug, Template)]
#[template(path = "pages/prose.html")]
pub struct ProsePage {
    /// Head, header and footer.
    pub shell: Shell,
    /// The page's heading.
    pub heading: String,
    /// The text: the shop's own HTML.
    pub body_html: String,
}

/// A page that is missing, or a request that failed.
#[derive(Debug, Template)]
#[template(path = "pages/problem.html")]
pub struct ProblemPage {
    /// Head, header and footer.
    pub shell: Shell,
    /// The status code, for example 404.
    pub status: u16,
    /// What happened.
    pub heading: String,
    /// What to do next.
    pub text: String,
    /// The request's id, to quote when asking for help.
    pub request_id: Option<String>,
    /// Ways on.
    pub links: Vec<Link>,
}
