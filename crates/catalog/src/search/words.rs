//! Words as searches compare them: lower case, without accents, and for scripts without spaces, characters and their pairs.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Longer words are cut: nobody types them, and each is an entry of the dictionary.
const WORD_LENGTH_MAX: usize = 40;
/// How many words of one text are indexed.
const TEXT_WORDS_MAX: usize = 4_000;
/// How many words of a question are looked at; the rest would narrow nothing down.
const ASKED_WORDS_MAX: usize = 8;
/// How many characters of a question are looked at.
const ASKED_LENGTH_MAX: usize = 300;

/// A word of a question.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Asked {
    pub(crate) text: String,
    /// Whether it is a piece of a script without spaces, which is compared as it stands.
    pub(crate) is_piece: bool,
}

/// The words of a text, joined by spaces, as they are put into the index.
pub(crate) fn indexed(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut count = 0;
    each_run(text, |run, has_spaces| {
        if count >= TEXT_WORDS_MAX {
            return;
        }
        if has_spaces {
            count += 1;
            push_word(&mut words, run);
            return;
        }
        let letters: Vec<char> = run.chars().collect();
        for (position, letter) in letters.iter().enumerate() {
            count += 2;
            push_word(&mut words, letter.encode_utf8(&mut [0; 4]));
            if let Some(next) = letters.get(position + 1) {
                push_word(&mut words, &[*letter, *next].iter().collect::<String>());
            }
        }
    });
    words
}

/// The words of a question: of scripts without spaces, pairs of characters that must all occur.
pub(crate) fn asked(text: &str) -> Vec<Asked> {
    let text: String = text.chars().take(ASKED_LENGTH_MAX).collect();
    let mut words: Vec<Asked> = Vec::new();
    let mut add = |text: String, is_piece: bool| {
        let word = Asked { text, is_piece };
        if words.len() < ASKED_WORDS_MAX && !words.contains(&word) {
            words.push(word);
        }
    };
    each_run(&text, |run, has_spaces| {
        let letters: Vec<char> = run.chars().collect();
        if has_spaces || letters.len() == 1 {
            add(run.to_owned(), !has_spaces);
        } else {
            letters.windows(2).for_each(|pair| add(pair.iter().collect(), true));
        }
    });
    words
}

/// A text without anything but its letters and digits: numbers of articles are typed with and without hyphens.
pub(crate) fn compact(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    each_run(text, |run, _| {
        if joined.chars().count() < WORD_LENGTH_MAX {
            joined.push_str(run);
        }
    });
    joined.chars().take(WORD_LENGTH_MAX).collect()
}

/// A text as it is put in order: lower case, without accents, one space between words.
pub(crate) fn sortable(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    each_run(text, |run, _| push_word(&mut joined, run));
    joined
}

fn push_word(words: &mut String, word: &str) {
    if !words.is_empty() {
        words.push(' ');
    }
    words.push_str(word);
}

/// Hands on each word, and each run of a script without spaces (`false`).
fn each_run(text: &str, mut take: impl FnMut(&str, bool)) {
    let mut run = String::new();
    let mut length = 0;
    let mut has_spaces = true;
    let plain = text.nfkd().filter(|letter| !is_accent(*letter)).nfc().flat_map(char::to_lowercase);
    for letter in plain {
        // An apostrophe joins: the gardener's chair is found by gardeners.
        if matches!(letter, '\'' | '’') && !run.is_empty() {
            continue;
        }
        let belongs = letter.is_alphanumeric() || (is_combining_mark(letter) && !run.is_empty());
        let is_spaced = !is_without_spaces(letter);
        if !run.is_empty() && (!belongs || is_spaced != has_spaces) {
            take(&run, has_spaces);
            run.clear();
            length = 0;
        }
        if !belongs {
            continue;
        }
        has_spaces = is_spaced;
        if length < WORD_LENGTH_MAX || !is_spaced {
            match spelled_out(letter) {
                Some(text) => run.push_str(text),
                None => run.push(letter),
            }
            length += 1;
        }
    }
    if !run.is_empty() {
        take(&run, has_spaces);
    }
}

/// Accents of Latin, Greek and Cyrillic letters. Marks of other scripts are letters of their own.
fn is_accent(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}')
}

/// Letters that are no letter with an accent, as they are typed where a keyboard lacks them.
fn spelled_out(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ł' => "l",
        'þ' => "th",
        'ı' => "i",
        'ς' => "σ",
        _ => return None,
    })
}

/// Han, Kana, Thai, Lao, Burmese and Khmer are written without spaces between words.
fn is_without_spaces(letter: char) -> bool {
    matches!(letter,
        '\u{e00}'..='\u{eff}'
        | '\u{1000}'..='\u{109f}'
        | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}'
        | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{2fa1f}')
}

/// How many slips of the finger a word may have: short words are too alike.
pub(crate) fn slips_allowed(word: &str) -> u8 {
    match word.chars().count() {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// Whether a word is another one but for so many letters left out, added, changed or swapped with their neighbour.
pub(crate) fn is_near(word: &str, other: &str, slips_max: u8) -> bool {
    let (word, other): (Vec<char>, Vec<char>) = (word.chars().collect(), other.chars().collect());
    let slips_max = usize::from(slips_max);
    if word.len().abs_diff(other.len()) > slips_max {
        return false;
    }
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (row, letter) in word.iter().enumerate() {
        let mut present = vec![row + 1; other.len() + 1];
        for (column, facing) in other.iter().enumerate() {
            let changed = last[column] + usize::from(letter != facing);
            let mut least = changed.min(last[column + 1] + 1).min(present[column] + 1);
            let is_swapped = row > 0 && column > 0 && *letter == other[column - 1] && word[row - 1] == *facing;
            if is_swapped {
                least = least.min(before_last[column - 1] + 1);
            }
            present[column + 1] = least;
        }
        before_last = std::mem::replace(&mut last, present);
    }
    last[other.len()] <= slips_max
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(question: &str) -> Vec<String> {
        asked(question).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn accents_case_and_width_do_not_matter() {
        for (text, plain) in [
            ("Été à Paris", "ete a paris"),
            ("GRÖSSE Größe", "grosse grosse"),
            ("Smørrebrød Łódź Ærø", "smorrebrod lodz aero"),
            ("Θάλασσα ΘΆΛΑΣΣΑς", "θαλασσα θαλασσασ"),
            ("Ёлка й", "елка и"),
            ("ＡＢＣ１２", "abc12"),
            ("the gardener’s chair", "the gardeners chair"),
            ("  50 × 70\u{0}cm\u{7}", "50 70 cm"),
            ("한국어", "한국어"),
        ] {
            assert_eq!(indexed(text), plain, "{text}");
        }
    }

    #[test]
    fn scripts_without_spaces_are_found_by_any_part() {
        assert_eq!(indexed("日本の海"), "日 日本 本 本の の の海 海");
        assert_eq!(texts("海"), ["海"]);
        assert_eq!(texts("日本の"), ["日本", "本の"]);
        assert_eq!(texts("Print 海岸"), ["print", "海岸"]);
        assert_eq!(indexed("が"), "が", "its two dots are no accent");
    }

    #[test]
    fn a_question_is_bounded() {
        assert_eq!(texts(&"word ".repeat(500)), ["word"]);
        let many: String = (0..100).map(|number| format!("w{number} ")).collect();
        assert_eq!(texts(&many).len(), ASKED_WORDS_MAX);
        assert!(texts("\u{0}\u{1} %_\\ \" ' ( ) + - * ? ~ ^ : && || !").is_empty());
        assert!(compact(&"a".repeat(900)).len() <= WORD_LENGTH_MAX);
    }

    #[test]
    fn numbers_of_articles_lose_their_hyphens() {
        assert_eq!(compact("WSQ-A3/Oak"), "wsqa3oak");
        assert_eq!(sortable("  The   Éclair, II "), "the eclair ii");
    }

    #[test]
    fn slips_are_counted() {
        for (word, other, slips) in
            [("harbour", "harbor", 1), ("harbour", "habrour", 1), ("lighthouse", "lihgthose", 2), ("a", "a", 0)]
        {
            assert!(is_near(word, other, slips), "{word} {other}");
            assert!(slips == 0 || !is_near(word, other, slips - 1), "{word} {other}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_becomes_words(text in "\\PC{0,80}") {
            for word in asked(&text) {
                prop_assert!(!word.text.is_empty() && !word.text.contains(' '));
                prop_assert!(is_near(&word.text, &word.text, 0));
            }
            prop_assert_eq!(indexed(&indexed(&text.to_ascii_lowercase())).is_empty(), indexed(&text).is_empty());
        }

        #[test]
        fn nearness_has_no_direction(word in "[a-d]{0,8}", other in "[a-d]{0,8}", slips in 0_u8..3) {
            prop_assert_eq!(is_near(&word, &other, slips), is_near(&other, &word, slips));
        }
    }
}
