//! Handles: names in addresses of pages, derived from titles.

use tradewind_kernel::{Error, Result};

const LENGTH_MAX: usize = 200;

/// The handle of a title: lower case, words joined by hyphens, accents taken off. Letters of other scripts stay as they are.
#[must_use]
pub fn handle_of(title: &str) -> String {
    let mut handle = String::with_capacity(title.len());
    for letter in title.chars().flat_map(char::to_lowercase) {
        let start = handle.len();
        match plain(letter) {
            Some(text) => handle.push_str(text),
            None if letter.is_alphanumeric() => handle.push(letter),
            // An apostrophe joins: a shopper's way is a shoppers-way.
            None if matches!(letter, '\'' | '’') => {}
            None if !handle.is_empty() && !handle.ends_with('-') => handle.push('-'),
            None => {}
        }
        if handle.len() > LENGTH_MAX {
            handle.truncate(start);
            break;
        }
    }
    handle.truncate(handle.trim_end_matches('-').len());
    handle
}

/// Letters of Latin scripts without their accents; combining marks vanish.
fn plain(letter: char) -> Option<&'static str> {
    Some(match letter {
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'ä' | 'æ' => "ae",
        'ç' | 'ć' | 'č' | 'ċ' | 'ĉ' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
        'ğ' | 'ģ' | 'ġ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'į' | 'ı' => "i",
        'ķ' => "k",
        'ł' | 'ļ' | 'ľ' | 'ĺ' => "l",
        'ñ' | 'ń' | 'ň' | 'ņ' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ō' | 'ő' => "o",
        'ö' | 'ø' | 'œ' => "oe",
        'ř' | 'ŕ' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ß' => "ss",
        'ť' | 'ț' | 'ţ' => "t",
        'þ' => "th",
        'ù' | 'ú' | 'û' | 'ū' | 'ů' | 'ű' | 'ų' => "u",
        'ü' => "ue",
        'ý' | 'ÿ' => "y",
        'ź' | 'ž' | 'ż' => "z",
        '\u{300}'..='\u{36f}' => "",
        _ => return None,
    })
}

/// Whether a handle that was given may stand in an address.
pub(crate) fn check_handle(handle: &str) -> Result<()> {
    let is_fit = !handle.is_empty()
        && handle.len() <= LENGTH_MAX
        && handle.chars().all(|letter| letter.is_alphanumeric() || "-_.~".contains(letter));
    if is_fit {
        return Ok(());
    }
    Err(Error::invalid(
        "handle",
        format!("A handle is at most {LENGTH_MAX} letters, digits, hyphens and underscores, without spaces"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_become_handles() {
        for (title, handle) in [
            ("Plain T-Shirt", "plain-t-shirt"),
            ("  Draft   thing ", "draft-thing"),
            ("Été à Paris", "ete-a-paris"),
            ("Größe: 50 × 70 cm", "groesse-50-70-cm"),
            ("The gardener's chair", "the-gardeners-chair"),
            ("日本の海", "日本の海"),
            ("!!!", ""),
        ] {
            assert_eq!(handle_of(title), handle, "{title}");
        }
        let long = handle_of(&"wide ".repeat(100));
        assert!(long.len() <= LENGTH_MAX && check_handle(&long).is_ok());
    }

    #[test]
    fn a_handle_stands_in_an_address() {
        assert!(check_handle("t-shirt_2").is_ok());
        for unfit in ["", "a b", "a/b", "a?b", &"x".repeat(201)] {
            assert!(check_handle(unfit).is_err(), "{unfit:?}");
        }
    }
}
