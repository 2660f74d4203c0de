//! What may be typed: e-mail addresses, passwords, short texts.

use tradewind_kernel::{Error, Result};

/// The longest e-mail address that can be delivered to (RFC 5321).
const EMAIL_LENGTH_MAX: usize = 254;
const PASSWORD_LENGTH_MIN: usize = 8;
pub(crate) const PASSWORD_LENGTH_MAX: usize = 128;
const TEXT_LENGTH_MAX: usize = 1000;

/// An e-mail address as it is stored and compared: trimmed, in lower case.
pub fn normalise_email(text: &str) -> Result<String> {
    let wrong = || Error::invalid("email", "This is not an e-mail address");
    let email = text.trim().to_lowercase();
    let stray = |c: char| c.is_control() || c.is_whitespace() || "<>(),;:\"[]\\".contains(c);
    let (name, host) = email.split_once('@').ok_or_else(wrong)?;
    let is_address = email.len() <= EMAIL_LENGTH_MAX
        && !name.is_empty()
        && !host.is_empty()
        && !host.contains('@')
        && !host.starts_with(['.', '-'])
        && !host.ends_with(['.', '-'])
        && !email.contains("..")
        && !email.chars().any(stray);
    if is_address { Ok(email) } else { Err(wrong()) }
}

/// Whether a password may be set; which one is right is another question.
pub(crate) fn check_new_password(password: &str) -> Result<()> {
    let length = password.chars().count();
    if length < PASSWORD_LENGTH_MIN {
        return Err(Error::invalid(
            "password",
            format!("The password must have at least {PASSWORD_LENGTH_MIN} characters"),
        ));
    }
    if length > PASSWORD_LENGTH_MAX {
        return Err(Error::invalid(
            "password",
            format!("The password must have at most {PASSWORD_LENGTH_MAX} characters"),
        ));
    }
    Ok(())
}

/// A short text somebody typed: trimmed, not endless, without control characters; empty is none.
pub(crate) fn tidy_text(field: &str, text: Option<String>) -> Result<Option<String>> {
    let Some(text) = text else { return Ok(None) };
    let text = text.trim();
    if text.chars().count() > TEXT_LENGTH_MAX {
        return Err(Error::invalid(field, format!("{field} must have at most {TEXT_LENGTH_MAX} characters")));
    }
    if text.chars().any(char::is_control) {
        return Err(Error::invalid(field, format!("{field} must be one line of plain text")));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_is_one_address_in_one_form() {
        assert_eq!(normalise_email("  Ada@Example.COM ").unwrap(), "ada@example.com");
        assert_eq!(normalise_email("a.b+c@localhost").unwrap(), "a.b+c@localhost");
        for wrong in [
            "",
            "@",
            "ada",
            "ada@",
            "@example.com",
            "a@b@c",
            "a b@c.de",
            "ada@ex\u{0}ample.com",
            "Ada <ada@example.com>",
            "a,b@c.de",
            "a@.de",
            "a@b..de",
            "a@de.",
            "a\r\nBcc: b@c.de",
        ] {
            assert!(normalise_email(wrong).is_err(), "{wrong:?}");
        }
        assert!(normalise_email(&format!("{}@example.com", "a".repeat(243))).is_err());
    }

    #[test]
    fn a_password_is_neither_short_nor_endless() {
        assert!(check_new_password("seven77").is_err());
        assert!(check_new_password("eight888").is_ok());
        assert!(check_new_password(&"ä".repeat(128)).is_ok());
        assert!(check_new_password(&"a".repeat(129)).is_err());
    }
}
