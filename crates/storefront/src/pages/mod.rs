//! The pages, one file per subject: what is asked, what the modules say, what is shown.

pub(crate) mod account;
pub(crate) mod addresses;
pub(crate) mod cart;
pub(crate) mod checkout;
pub(crate) mod home;
pub(crate) mod listing;
pub(crate) mod orders;
pub(crate) mod password;
pub(crate) mod product;
pub(crate) mod prose;
pub(crate) mod region;
pub(crate) mod sign_in;
pub(crate) mod sitemap;
