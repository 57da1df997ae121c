//! From the text of an expression to its tokens, one after the other.

use alloc::format;
use alloc::string::String;

use super::Wrong;
use super::decimal;

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'a> {
    Integer(u64),
    Float(f64),
    /// A word, or a name.
    Word(&'a str),
    /// A name that stands in quotes.
    Quoted(String),
    Symbol(&'static str),
    End,
}

/// Longer ones first, so that none is taken for the beginning of another.
const SYMBOLS: [&str; 31] = [
    "||", "&&", "==", "!=", "<=", ">=", "<<", ">>", "|", "^", "&", "<", ">", "+", "-", "*", "/",
    "%", "!", "~", "(", ")", "[", "]", ".", ",", "?", ":", "{", "}", "=",
];

/// Reads tokens from a place of a text on.
#[derive(Clone, Copy)]
pub(super) struct Lexer<'a> {
    text: &'a str,
    /// The byte at which the next token, or the space before it, begins.
    next: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str, next: usize) -> Self {
        Self { text, next }
    }

    /// The byte behind the last token.
    pub(super) fn position(&self) -> usize {
        self.next
    }

    /// The next token, and the byte at which it begins.
    pub(super) fn token(&mut self) -> Result<(Token<'a>, usize), Wrong> {
        let rest = self.text.get(self.next..).unwrap_or_default();
        let begin = self.text.len() - rest.trim_start().len();
        let rest = &self.text[begin..];
        let Some(first) = rest.chars().next() else {
            self.next = begin;
            return Ok((Token::End, begin));
        };
        if first.is_ascii_digit() {
            let length = number_length(rest);
            self.next = begin + length;
            return Ok((number(&rest[..length], begin)?, begin));
        }
        if is_word(first) {
            let length = rest.find(|char| !is_word(char)).unwrap_or(rest.len());
            self.next = begin + length;
            return Ok((Token::Word(&rest[..length]), begin));
        }
        if first == '"' {
            return Ok((self.quoted(begin)?, begin));
        }
        let symbol = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol));
        let Some(symbol) = symbol else {
            let shown = first.escape_debug();
            return Err(Wrong::new(begin, format!("`{shown}` means nothing here")));
        };
        self.next = begin + symbol.len();
        Ok((Token::Symbol(symbol), begin))
    }

    /// A name in quotes, in which a backslash stands before a quote or another backslash.
    fn quoted(&mut self, begin: usize) -> Result<Token<'a>, Wrong> {
        let mut name = String::new();
        let mut chars = self.text[begin..].char_indices().skip(1);
        while let Some((at, char)) = chars.next() {
            match char {
                '"' => {
                    self.next = begin + at + 1;
                    return Ok(Token::Quoted(name));
                }
                '\\' => name.extend(chars.next().map(|(_, char)| char)),
                char => name.push(char),
            }
        }
        Err(Wrong::new(begin, "the quote is not closed".into()))
    }
}

fn is_word(char: char) -> bool {
    char.is_alphanumeric() || char == '_' || char == '$'
}

/// How many bytes of a text that begins with a digit belong to a number.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let is_hexadecimal = text.starts_with("0x") || text.starts_with("0X");
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let belongs = match byte {
            b'.' => !is_hexadecimal && is_digit(at + 1),
            b'+' | b'-' => {
                !is_hexadecimal && matches!(bytes[at - 1], b'e' | b'E') && is_digit(at + 1)
            }
            byte => byte.is_ascii_alphanumeric() || *byte == b'_',
        };
        if !belongs {
            break;
        }
        at += 1;
    }
    at
}

fn number<'a>(text: &str, begin: usize) -> Result<Token<'a>, Wrong> {
    let digits = text.replace('_', "");
    let hexadecimal = digits.strip_prefix("0x").or(digits.strip_prefix("0X"));
    let is_float = hexadecimal.is_none() && digits.contains(['.', 'e', 'E']);
    let read = match hexadecimal {
        Some(digits) => u64::from_str_radix(digits, 16).ok().map(Token::Integer),
        None if is_float => decimal::float(&digits).map(Token::Float),
        None => digits.parse().ok().map(Token::Integer),
    };
    let all_digits = |digits: &str, radix| {
        !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix))
    };
    let too_large = match hexadecimal {
        Some(digits) => all_digits(digits, 16),
        None => all_digits(&digits, 10),
    };
    read.ok_or_else(|| {
        let why = match too_large {
            true => format!("{text} does not fit 64 bits"),
            false => format!("{text} is no number"),
        };
        Wrong::new(begin, why)
    })
}
