//! What search engines read first: the sitemap and robots.txt.

use askama::Template;

/// `sitemap.xml`: where the parts of the sitemap are.
#[derive(Debug, Template)]
#[template(path = "sitemap_index.xml")]
pub struct SitemapIndex {
    /// The parts' absolute addresses.
    pub addresses: Vec<String>,
}

/// One part of the sitemap.
#[derive(Debug, Template)]
#[template(path = "sitemap.xml")]
pub struct Sitemap {
    /// The pages it lists.
    pub entries: Vec<SitemapEntry>,
}

/// One page of the sitemap.
#[derive(Debug)]
pub struct SitemapEntry {
    /// The absolute address.
    pub address: String,
    /// The day it last changed, `YYYY-MM-DD`.
    pub changed_on: Option<String>,
}

/// `robots.txt`.
#[derive(Debug, Template)]
#[template(path = "robots.txt", escape = "none")]
pub struct Robots {
    /// The shop's address without a slash at the end.
    pub origin: String,
}
