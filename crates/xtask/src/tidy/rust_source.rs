//! Finds the string literals of a Rust file: enough of the language to step over comments, characters and lifetimes.

/// A string literal.
#[derive(Debug, PartialEq, Eq)]
pub struct Literal {
    /// The line on which it begins, from 1.
    pub line: usize,
    /// What it says, escapes left as they are but for line continuations.
    pub text: String,
}

/// The part of a file before its tests: in this codebase `mod tests` comes last.
pub fn without_tests(source: &str) -> &str {
    let mut from = 0;
    while let Some(found) = source[from..].find("#[cfg(test)]") {
        let start = from + found;
        let rest = source[start + "#[cfg(test)]".len()..].trim_start();
        if rest.starts_with("mod ") || rest.starts_with("pub mod ") {
            return &source[..start];
        }
        from = start + 1;
    }
    source
}

/// The string literals of a piece of Rust, in order.
pub fn string_literals(source: &str) -> Vec<Literal> {
    let mut reader = Reader { bytes: source.as_bytes(), at: 0, line: 1 };
    let mut literals = Vec::new();
    while let Some(byte) = reader.peek(0) {
        match byte {
            b'/' if reader.peek(1) == Some(b'/') => reader.skip_line(),
            b'/' if reader.peek(1) == Some(b'*') => reader.skip_block_comment(),
            b'\'' => reader.skip_character_or_lifetime(),
            b'"' => literals.push(reader.plain_literal()),
            b'r' if reader.begins_raw_literal() => literals.push(reader.raw_literal()),
            _ if byte.is_ascii_alphabetic() || byte == b'_' => reader.skip_word(),
            _ => reader.step(),
        }
    }
    literals
}

struct Reader<'source> {
    bytes: &'source [u8],
    at: usize,
    line: usize,
}

impl Reader<'_> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn step(&mut self) {
        if self.peek(0) == Some(b'\n') {
            self.line += 1;
        }
        self.at += 1;
    }

    fn skip_line(&mut self) {
        while self.peek(0).is_some_and(|byte| byte != b'\n') {
            self.step();
        }
    }

    fn skip_block_comment(&mut self) {
        let mut depth = 0;
        while let Some(byte) = self.peek(0) {
            match (byte, self.peek(1)) {
                (b'/', Some(b'*')) => depth += 1,
                (b'*', Some(b'/')) => depth -= 1,
                _ => {
                    self.step();
                    continue;
                }
            }
            self.step();
            self.step();
            if depth == 0 {
                return;
            }
        }
    }

    fn skip_character_or_lifetime(&mut self) {
        self.step();
        if self.peek(0) == Some(b'\\') {
            self.step();
            self.step();
            while self.peek(0).is_some_and(|byte| byte != b'\'') {
                self.step();
            }
            self.step();
            return;
        }
        // A character ends in a quote after one (perhaps long) letter; a lifetime does not.
        let mut length = 1;
        while self.peek(length).is_some_and(|byte| byte & 0xC0 == 0x80) {
            length += 1;
        }
        if self.peek(length) == Some(b'\'') {
            for _ in 0..=length {
                self.step();
            }
        }
    }

    /// Words are skipped whole, so that the `r` of `for` begins no raw literal; a prefix such as `b` ends before its quote.
    fn skip_word(&mut self) {
        while self.peek(0).is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            let is_prefix_of_raw = matches!(self.peek(0), Some(b'b' | b'c')) && self.peek(1) == Some(b'r');
            self.step();
            if is_prefix_of_raw && self.begins_raw_literal() {
                return;
            }
        }
    }

    fn begins_raw_literal(&self) -> bool {
        let mut ahead = 1;
        while self.peek(ahead) == Some(b'#') {
            ahead += 1;
        }
        self.peek(ahead) == Some(b'"')
    }

    fn plain_literal(&mut self) -> Literal {
        let line = self.line;
        self.step();
        let mut text = Vec::new();
        while let Some(byte) = self.peek(0) {
            match byte {
                b'"' => break,
                b'\\' if self.peek(1) == Some(b'\n') => {
                    self.step();
                    while self.peek(0).is_some_and(|byte| byte.is_ascii_whitespace()) {
                        self.step();
                    }
                }
                b'\\' => {
                    text.push(byte);
                    self.step();
                    text.extend(self.peek(0));
                    self.step();
                }
                _ => {
                    text.push(byte);
                    self.step();
                }
            }
        }
        self.step();
        Literal { line, text: String::from_utf8_lossy(&text).into_owned() }
    }

    fn raw_literal(&mut self) -> Literal {
        let line = self.line;
        self.step();
        let mut hashes = 0;
        while self.peek(0) == Some(b'#') {
            hashes += 1;
            self.step();
        }
        self.step();
        let start = self.at;
        let ends_here =
            |reader: &Self| reader.peek(0) == Some(b'"') && (1..=hashes).all(|ahead| reader.peek(ahead) == Some(b'#'));
        while self.peek(0).is_some() && !ends_here(self) {
            self.step();
        }
        let text = String::from_utf8_lossy(&self.bytes[start..self.at.min(self.bytes.len())]).into_owned();
        for _ in 0..=hashes {
            self.step();
        }
        Literal { line, text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<String> {
        string_literals(source).into_iter().map(|literal| literal.text).collect()
    }

    #[test]
    fn literals_of_every_kind_are_found() {
        let source = r####"
            let plain = "one \" two";
            let raw = r"three";
            let hashed = r#"four " five"#;
            let bytes = br#"six"#;
            let continued = "seven \
                eight";
        "####;
        assert_eq!(texts(source), ["one \\\" two", "three", "four \" five", "six", "seven eight"]);
    }

    #[test]
    fn comments_characters_and_lifetimes_are_stepped_over() {
        let source = r#"
            // "not this"
            /* "nor /* this */ " */
            fn f<'a>(x: &'a str, quote: char) -> bool { quote == '"' || quote == '\'' || quote == 'ü' }
            for x in y {}
            let here = "this";
        "#;
        assert_eq!(texts(source), ["this"]);
    }

    #[test]
    fn lines_are_counted() {
        let literals = string_literals("\n\nlet a = \"x\ny\";\nlet b = \"z\";");
        let lines: Vec<_> = literals.iter().map(|literal| literal.line).collect();
        assert_eq!(lines, [3, 5]);
    }

    #[test]
    fn tests_at_the_end_are_cut_off() {
        let source = "fn a() {}\n#[cfg(test)]\nfn helper() {}\n#[cfg(test)]\nmod tests { }";
        assert_eq!(without_tests(source), "fn a() {}\n#[cfg(test)]\nfn helper() {}\n");
    }
}
