//! A line as commands, and a command as words.

use std::vec::IntoIter;

use super::forms::Form;

/// Splits a line into commands at `;`, and each of them into words at spaces.
/// What stands between two `"` is one word; in it `\` stands before a `"` or `\` that is meant as such.
/// What stands behind a word that begins with `#` is a remark.
///
/// # Errors
/// A sentence, if a `"` is missing.
pub(super) fn split(line: &str) -> Result<Vec<Vec<String>>, String> {
    let mut commands = vec![Vec::new()];
    let mut word: Option<String> = None;
    let mut chars = line.chars();
    while let Some(char) = chars.next() {
        match char {
            '"' => read_quoted(&mut chars, word.get_or_insert_default())?,
            '#' if word.is_none() => break,
            ';' => {
                end_word(&mut commands, &mut word);
                commands.push(Vec::new());
            }
            char if char.is_whitespace() => end_word(&mut commands, &mut word),
            char => word.get_or_insert_default().push(char),
        }
    }
    end_word(&mut commands, &mut word);
    commands.retain(|words| !words.is_empty());
    Ok(commands)
}

fn read_quoted(chars: &mut impl Iterator<Item = char>, word: &mut String) -> Result<(), String> {
    loop {
        match chars.next() {
            Some('"') => return Ok(()),
            Some('\\') => word.extend(chars.next()),
            Some(char) => word.push(char),
            None => return Err("a closing \" is missing".to_string()),
        }
    }
}

fn end_word(commands: &mut [Vec<String>], word: &mut Option<String>) {
    if let (Some(last), Some(word)) = (commands.last_mut(), word.take()) {
        last.push(word);
    }
}

/// The words behind a command's name, to be taken one after the other.
pub(super) struct Words {
    name: &'static str,
    /// How the command is written.
    written: String,
    rest: IntoIter<String>,
}

impl Words {
    pub(super) fn new(form: &Form, rest: Vec<String>) -> Self {
        Self {
            name: form.name,
            written: form.written(),
            rest: rest.into_iter(),
        }
    }

    /// From here on it is known more exactly how the command is written.
    pub(super) fn is_written(&mut self, form: &str) {
        self.written = form.to_string();
    }

    /// The next word, which must be there; `what` is what the command's form calls it.
    pub(super) fn word(&mut self, what: &str) -> Result<String, String> {
        match self.rest.next() {
            Some(word) => Ok(word),
            None => Err(self.wrong(&format!("{what} is missing"))),
        }
    }

    /// The next word, if there is one.
    pub(super) fn optional_word(&mut self) -> Option<String> {
        self.rest.next()
    }

    /// All words that are left.
    pub(super) fn all(&mut self) -> Vec<String> {
        self.rest.by_ref().collect()
    }

    /// All words that are left: one at least.
    pub(super) fn some(&mut self, what: &str) -> Result<Vec<String>, String> {
        let mut words = vec![self.word(what)?];
        words.extend(self.all());
        Ok(words)
    }

    /// The words up to one that something else begins with, or to the end: one at least.
    pub(super) fn some_until(
        &mut self,
        what: &str,
        ends: impl Fn(&str) -> bool,
    ) -> Result<Vec<String>, String> {
        let mut words = vec![self.word(what)?];
        while let Some(word) = self.rest.as_slice().first()
            && !ends(word)
        {
            words.extend(self.rest.next());
        }
        Ok(words)
    }

    /// The next word as a number.
    pub(super) fn number<T: TryFrom<u64>>(&mut self, what: &str) -> Result<T, String> {
        let word = self.word(what)?;
        self.number_in(what, &word)
    }

    /// The next word as a number, or `other` if there is none.
    pub(super) fn optional_number<T: TryFrom<u64>>(
        &mut self,
        what: &str,
        other: T,
    ) -> Result<T, String> {
        match self.rest.next() {
            Some(word) => self.number_in(what, &word),
            None => Ok(other),
        }
    }

    /// A word as a number.
    pub(super) fn number_in<T: TryFrom<u64>>(&self, what: &str, word: &str) -> Result<T, String> {
        let number = number(word).ok_or_else(|| {
            let word = word.escape_debug();
            self.wrong(&format!("{what} is to be a number, not \"{word}\""))
        })?;
        T::try_from(number).map_err(|_| self.wrong(&format!("{what} is too large")))
    }

    /// Checks that no word is left.
    pub(super) fn end(&mut self) -> Result<(), String> {
        match self.rest.next() {
            None => Ok(()),
            Some(word) => {
                let word = word.escape_debug();
                Err(self.wrong(&format!("\"{word}\" is one word too many")))
            }
        }
    }

    /// What is wrong, and what would be right.
    pub(super) fn wrong(&self, what: &str) -> String {
        format!("{}: {what}; it is written `{}`", self.name, self.written)
    }
}

/// A number as it may be typed: `18446744073709551615`, `1_000`, `0xff`.
pub(super) fn number(word: &str) -> Option<u64> {
    let digits = word.replace('_', "");
    match digits.strip_prefix("0x").or(digits.strip_prefix("0X")) {
        // A sign is none of a number that counts.
        _ if digits.contains('+') => None,
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => digits.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_split_into_commands_and_words() {
        for (line, commands) in [
            ("", &[] as &[&[&str]]),
            ("  step\t 2 ", &[&["step", "2"]]),
            ("step;back ; ; where", &[&["step"], &["back"], &["where"]]),
            (r#"break "a b; c""#, &[&["break", "a b; c"]]),
            (r#"break "\"\\" x"#, &[&["break", r#""\"#, "x"]]),
            (r#"call f """#, &[&["call", "f", ""]]),
            ("# nothing; step", &[]),
            ("step # one; step", &[&["step"]]),
            ("call f#1", &[&["call", "f#1"]]),
        ] {
            assert_eq!(split(line).expect("nothing is missing"), commands, "{line}");
        }
        for line in [r#"""#, r#"break "a\"#, r#"break "a; step"#] {
            assert!(split(line).is_err(), "{line}");
        }
    }

    #[test]
    fn numbers_are_decimal_or_hexadecimal() {
        for (word, value) in [
            ("0", Some(0)),
            ("1_000", Some(1000)),
            ("0xFf", Some(255)),
            ("18446744073709551615", Some(u64::MAX)),
            ("18446744073709551616", None),
            ("-1", None),
            ("+1", None),
            ("0x+1", None),
            ("0x", None),
            ("", None),
            ("1K", None),
        ] {
            assert_eq!(number(word), value, "{word}");
        }
    }
}
