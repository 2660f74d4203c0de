//! The home page.

use askama::Template;

use super::{
    picture::Picture,
    shell::{Link, ProductCard, Shell},
};

/// The home page.
#[derive(Debug, Template)]
#[template(path = "pages/home.html")]
pub struct HomePage {
    /// Head, header and footer.
    pub shell: Shell,
    /// The opening.
    pub hero: Hero,
    /// Heading over the newest products.
    pub newest_heading: String,
    /// The newest products.
    pub newest: Vec<ProductCard>,
    /// The categories, each with a picture.
    pub categories: Vec<Porthole>,
    /// Collections told at length, one band each.
    pub features: Vec<Feature>,
}

/// The opening of the home page: a sentence beside a small hang of pictures.
#[derive(Debug)]
pub struct Hero {
    /// A few words over the heading.
    pub eyebrow: String,
    /// The page's heading.
    pub heading: String,
    /// One or two sentences.
    pub lead: String,
    /// Where to go first.
    pub action: Link,
    /// Where to go otherwise.
    pub second_action: Option<Link>,
    /// Up to three pictures with their products' addresses; the first is the largest.
    pub pictures: Vec<(Picture, String)>,
}

/// A category behind a round window.
#[derive(Debug)]
pub struct Porthole {
    /// Name and address.
    pub link: Link,
    /// What is seen through the window.
    pub picture: Option<Picture>,
}

/// A collection told at length.
#[derive(Debug)]
pub struct Feature {
    /// A few words over the heading.
    pub eyebrow: String,
    /// The collection's title.
    pub heading: String,
    /// What it is about.
    pub text: String,
    /// To the collection.
    pub action: Link,
    /// Up to three of its pictures.
    pub pictures: Vec<Picture>,
}
