//! Where the instructions of a module's functions stand in its text.

use wast::core::{Expression, FuncKind, ModuleField};
use wast::lexer::{Lexer, TokenKind};

use crate::lines::Lines;

/// Of each function with a body: how many places it has, and line and column of each.
pub(crate) fn of(fields: &[ModuleField<'_>], text: &str, lines: &Lines<'_>) -> Vec<u32> {
    let mut places = Vec::new();
    for function in fields.iter().filter_map(|field| positions(field, text)) {
        places.push(function.len() as u32);
        for position in function {
            let (line, column) = lines.locate(position);
            places.extend([line, column]);
        }
    }
    places
}

/// The byte positions of a function's instructions, and of its closing parenthesis.
fn positions(field: &ModuleField<'_>, text: &str) -> Option<Vec<usize>> {
    let ModuleField::Func(function) = field else {
        return None;
    };
    let FuncKind::Inline {
        expression: Expression { instr_spans, .. },
        ..
    } = &function.kind
    else {
        return None;
    };
    let spans = instr_spans.iter().flatten().map(wast::token::Span::offset);
    let end = closing_parenthesis(text, function.span.offset());
    Some(spans.chain(end).collect())
}

/// The parenthesis that closes the one around the token at `start`.
fn closing_parenthesis(text: &str, start: usize) -> Option<usize> {
    let lexer = Lexer::new(text);
    let mut position = start;
    let mut open = 1;
    while let Ok(Some(token)) = lexer.parse(&mut position) {
        match token.kind {
            TokenKind::LParen => open += 1,
            TokenKind::RParen => open -= 1,
            _ => {}
        }
        if open == 0 {
            return Some(token.offset);
        }
    }
    None
}
