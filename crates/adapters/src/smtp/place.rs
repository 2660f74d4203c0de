//! Where a mail server is and how it is spoken to, read from a url.

use std::fmt;

use lettre::transport::smtp::authentication::Credentials;
use percent_encoding::percent_decode_str;
use reqwest::Url;
use tradewind_kernel::{Error, Result, Secret};

/// How the connection is protected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Protection {
    /// It begins plain and is encrypted (STARTTLS) before anything is said; a server that cannot is not spoken to.
    StartTls,
    /// It is encrypted from its first byte.
    Implicit,
    /// It is not encrypted.
    None,
}

/// A mail server.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) protection: Protection,
    pub(super) login: Option<Login>,
}

/// Who signs in.
#[derive(Clone)]
pub(super) struct Login {
    user: String,
    password: Secret,
}

impl Login {
    pub(super) fn credentials(&self) -> Credentials {
        Credentials::new(self.user.clone(), self.password.expose().to_owned())
    }
}

/// The server alone, as it may stand in an error.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

const FORM: &str = "it looks like smtp://user:password@host:587, or smtps://user:password@host:465; letters such as @ : / ? # in \
                    user or password are written as %40 %3A %2F %3F %23";

impl Place {
    /// Reads a url. What is wrong is said at `url`, and none of the url is shown.
    pub(super) fn parse(url: &Secret) -> Result<Self> {
        let wrong = |said: &str| Error::invalid("url", format!("{said}; {FORM}"));
        let url = Url::parse(url.expose()).map_err(|error| wrong(&format!("This is no url ({error})")))?;
        let tls: Vec<_> = url.query_pairs().collect();
        let protection = match (url.scheme(), &tls[..]) {
            ("smtp", []) => Protection::StartTls,
            ("smtps", []) => Protection::Implicit,
            ("smtp", [(key, value)]) if key == "tls" && value == "none" => Protection::None,
            ("smtp", [(key, value)]) if key == "tls" && value == "required" => Protection::StartTls,
            ("smtp", _) => return Err(wrong("Behind the question mark stands tls=required, tls=none, or nothing")),
            ("smtps", _) => return Err(wrong("A url of smtps:// is encrypted anyway, and has no question mark")),
            _ => return Err(wrong("A mail server has a url of smtp:// or smtps://")),
        };
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(|| wrong("The url names no host"))?;
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(wrong("The url has something behind the host and the port"));
        }
        let decoded = |text: &str| {
            let text = percent_decode_str(text).decode_utf8();
            text.map(|text| text.into_owned()).map_err(|_| wrong("User and password are text in UTF-8"))
        };
        let login = match (url.username(), url.password()) {
            ("", None) => None,
            ("", Some(_)) => return Err(wrong("There is a password, and no user")),
            (_, None) => return Err(wrong("There is a user, and no password")),
            (user, Some(password)) => Some(Login { user: decoded(user)?, password: Secret::new(decoded(password)?) }),
        };
        let usual_port = if protection == Protection::Implicit { 465 } else { 587 };
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        Ok(Self { host, port: url.port().unwrap_or(usual_port), protection, login })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read() {
        for (url, host, port, protection, user) in [
            ("smtp://mail.example.com", "mail.example.com", 587, Protection::StartTls, None),
            ("smtp://mail.example.com/", "mail.example.com", 587, Protection::StartTls, None),
            (
                "smtp://u:p@mail.example.com:2525?tls=required",
                "mail.example.com",
                2525,
                Protection::StartTls,
                Some("u"),
            ),
            ("smtps://a%40b:p%2Fq@mail.example.com", "mail.example.com", 465, Protection::Implicit, Some("a@b")),
            ("smtp://127.0.0.1:25?tls=none", "127.0.0.1", 25, Protection::None, None),
            ("smtp://[::1]:25?tls=none", "::1", 25, Protection::None, None),
        ] {
            let place = Place::parse(&Secret::new(url)).unwrap();
            assert_eq!((place.host.as_str(), place.port, place.protection), (host, port, protection), "{url}");
            assert_eq!(place.login.map(|login| login.user).as_deref(), user, "{url}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_without_the_secret() {
        for (url, expected) in [
            ("", "no url"),
            ("mail.example.com:587", "smtp:// or smtps://"),
            ("http://hush@mail.example.com", "smtp:// or smtps://"),
            ("smtp://", "names no host"),
            ("smtp://u:hush@mail.example.com?tls=maybe", "tls=required, tls=none"),
            ("smtp://u:hush@mail.example.com?tsl=none", "tls=required, tls=none"),
            ("smtps://u:hush@mail.example.com?tls=none", "is encrypted anyway"),
            ("smtp://hush@mail.example.com", "a user, and no password"),
            ("smtp://:hush@mail.example.com", "a password, and no user"),
            ("smtp://u:hush@mail.example.com/box", "behind the host"),
            ("smtp://u:hu/sh@mail.example.com", "%2F"),
        ] {
            let Err(error) = Place::parse(&Secret::new(url)) else { panic!("{url} was taken") };
            let said = format!("{error:?}");
            assert!(error.field() == Some("url") && said.contains(expected) && !said.contains("hush"), "{url}: {said}");
        }
    }
}
