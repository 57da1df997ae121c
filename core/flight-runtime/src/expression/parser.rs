//! Reads expressions: by descent, with a bound on depth, checking names and types on the way.

use alloc::format;
use alloc::string::{String, ToString};

use flight_wasm::ValueType;

use super::compute::{Binary, Kind, Unary};
use super::lexer::{Lexer, Token};
use super::program::{Op, Program};
use super::scope::Scope;
use super::{Evaluated, Wrong, must_be_short};

/// How deep expressions may be nested: so that reading one takes a bounded part of the host's stack.
const DEEPEST: u32 = 64;

/// What an expression is known to evaluate to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Bool,
    Integer,
    Float,
    Reference,
    Vector,
}

impl Type {
    const fn of(ty: ValueType) -> Self {
        match ty {
            ValueType::I32 | ValueType::I64 => Self::Integer,
            ValueType::F32 | ValueType::F64 => Self::Float,
            ValueType::V128 => Self::Vector,
            ValueType::Ref(_) => Self::Reference,
        }
    }

    pub(super) const fn is_integer(self) -> bool {
        matches!(self, Self::Bool | Self::Integer)
    }

    const fn is_number(self) -> bool {
        self.is_integer() || matches!(self, Self::Float)
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Bool => "a truth value",
            Self::Integer => "an integer",
            Self::Float => "a float",
            Self::Reference => "a reference",
            Self::Vector => "a vector",
        }
    }
}

/// Reads a text that is one expression.
pub(super) fn expression(text: &str, scope: &Scope<'_>) -> Result<Program, Wrong> {
    must_be_short(text)?;
    let mut parser = Parser::new(text, 0, scope)?;
    parser.expression()?;
    match parser.token {
        Token::End => Ok(parser.program),
        _ => Err(parser.unexpected("an operator")),
    }
}

pub(super) struct Parser<'a> {
    lexer: Lexer<'a>,
    scope: &'a Scope<'a>,
    /// The token at hand, and the byte at which it begins.
    token: Token<'a>,
    at: usize,
    depth: u32,
    pub(super) program: Program,
}

/// The operators of the same strength; the weakest come first.
const LEVELS: [&[(&str, Binary)]; 7] = [
    &[
        ("==", Binary::Equal),
        ("!=", Binary::Unequal),
        ("<=", Binary::LessOrEqual),
        (">=", Binary::GreaterOrEqual),
        ("<", Binary::Less),
        (">", Binary::Greater),
    ],
    &[("|", Binary::Or)],
    &[("^", Binary::Xor)],
    &[("&", Binary::And)],
    &[("<<", Binary::ShiftLeft), (">>", Binary::ShiftRight)],
    &[("+", Binary::Add), ("-", Binary::Subtract)],
    &[
        ("*", Binary::Multiply),
        ("/", Binary::Divide),
        ("%", Binary::Remainder),
    ],
];

impl<'a> Parser<'a> {
    /// A parser of what begins at a byte of a text.
    pub(super) fn new(text: &'a str, begin: usize, scope: &'a Scope<'a>) -> Result<Self, Wrong> {
        let mut lexer = Lexer::new(text, begin);
        let (token, at) = lexer.token()?;
        Ok(Self {
            lexer,
            scope,
            token,
            at,
            depth: 0,
            program: Program::default(),
        })
    }

    /// The byte behind the token at hand.
    pub(super) fn position(&self) -> usize {
        self.lexer.position()
    }

    fn advance(&mut self) -> Result<Token<'a>, Wrong> {
        let (token, at) = self.lexer.token()?;
        self.at = at;
        Ok(core::mem::replace(&mut self.token, token))
    }

    pub(super) fn is(&self, symbol: &str) -> bool {
        matches!(self.token, Token::Symbol(found) if found == symbol)
    }

    /// Passes a symbol if it is the token at hand.
    pub(super) fn takes(&mut self, symbol: &str) -> Result<bool, Wrong> {
        let is = self.is(symbol);
        if is {
            self.advance()?;
        }
        Ok(is)
    }

    /// Passes a word if it is the token at hand.
    pub(super) fn takes_word(&mut self, word: &str) -> Result<bool, Wrong> {
        let is = self.token == Token::Word(word);
        if is {
            self.advance()?;
        }
        Ok(is)
    }

    fn wants(&mut self, symbol: &str) -> Result<(), Wrong> {
        match self.takes(symbol)? {
            true => Ok(()),
            false => Err(self.unexpected(&format!("`{symbol}`"))),
        }
    }

    pub(super) fn unexpected(&self, wanted: &str) -> Wrong {
        let found = match &self.token {
            Token::End => return Wrong::new(self.at, format!("{wanted} is missing")),
            Token::Symbol("=") => {
                return Wrong::new(self.at, "nothing can be set here: `==` compares".into());
            }
            Token::Symbol(symbol) => symbol.to_string(),
            Token::Word(word) => word.to_string(),
            Token::Quoted(_) => "\"".to_string(),
            Token::Integer(value) => value.to_string(),
            Token::Float(value) => value.to_string(),
        };
        Wrong::new(self.at, format!("{wanted} is expected, not `{found}`"))
    }

    fn push(&mut self, op: Op, at: usize) {
        self.program.ops.push((op, at));
    }

    /// Lets the jump at a position lead to here.
    fn land(&mut self, jump: usize) {
        let here = self.program.ops.len();
        if let Some((Op::Decide { to, .. } | Op::Unless(to) | Op::Jump(to), _)) =
            self.program.ops.get_mut(jump)
        {
            *to = here;
        }
    }

    /// An operation that is to jump somewhere: its position.
    fn push_jump(&mut self, op: Op) -> usize {
        self.push(op, self.at);
        self.program.ops.len() - 1
    }

    /// Reads a whole expression: what it evaluates to.
    pub(super) fn expression(&mut self) -> Result<Type, Wrong> {
        self.depth += 1;
        if self.depth > DEEPEST {
            let why = format!("it is nested more than {DEEPEST} deep");
            return Err(Wrong::new(self.at, why));
        }
        let begin = self.at;
        let mut ty = self.either()?;
        if self.takes("?")? {
            let to_else = self.push_jump(Op::Unless(0));
            let one = self.expression()?;
            self.wants(":")?;
            let to_end = self.push_jump(Op::Jump(0));
            self.land(to_else);
            let other = self.expression()?;
            self.land(to_end);
            ty = match (one, other) {
                (one, other) if one == other => one,
                (one, other) if one.is_integer() && other.is_integer() => Type::Integer,
                (one, other) if one.is_number() && other.is_number() => {
                    self.push(Op::Unary(Unary::Convert(Kind::F64)), begin);
                    Type::Float
                }
                (one, other) => {
                    let why = format!(
                        "it would be {} or {}: they do not go together",
                        one.name(),
                        other.name()
                    );
                    return Err(Wrong::new(begin, why));
                }
            };
        }
        self.depth -= 1;
        Ok(ty)
    }

    fn either(&mut self) -> Result<Type, Wrong> {
        self.decided("||", true, |own| {
            own.decided("&&", false, |own| own.binary(0))
        })
    }

    /// Operands of an operator whose right side may not be looked at.
    fn decided(
        &mut self,
        symbol: &str,
        on: bool,
        operand: impl Fn(&mut Self) -> Result<Type, Wrong>,
    ) -> Result<Type, Wrong> {
        let mut ty = operand(self)?;
        while self.is(symbol) {
            let at = self.at;
            self.advance()?;
            self.push(Op::Unary(Unary::Truth), at);
            let jump = self.push_jump(Op::Decide { on, to: 0 });
            operand(self)?;
            self.push(Op::Unary(Unary::Truth), at);
            self.land(jump);
            ty = Type::Bool;
        }
        Ok(ty)
    }

    /// Operands of the operators of a level and of the stronger ones.
    fn binary(&mut self, level: usize) -> Result<Type, Wrong> {
        let Some(operators) = LEVELS.get(level) else {
            return self.unary();
        };
        let mut left = self.binary(level + 1)?;
        let mut compared = false;
        while let Token::Symbol(symbol) = self.token
            && let Some((_, op)) = operators.iter().find(|(written, _)| *written == symbol)
        {
            let at = self.at;
            if op.compares() && core::mem::replace(&mut compared, true) {
                let why = format!("`{symbol}` behind another comparison: use parentheses or &&");
                return Err(Wrong::new(at, why));
            }
            self.advance()?;
            let right = self.binary(level + 1)?;
            left = types_of(*op, symbol, left, right).map_err(|why| Wrong::new(at, why))?;
            self.push(Op::Binary(*op), at);
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Type, Wrong> {
        let Token::Symbol(symbol @ ("-" | "!" | "~" | "(")) = self.token else {
            return self.primary();
        };
        let at = self.at;
        self.advance()?;
        if symbol == "(" {
            let ty = self.expression()?;
            self.wants(")")?;
            return Ok(ty);
        }
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Wrong::new(
                at,
                format!("it is nested more than {DEEPEST} deep"),
            ));
        }
        let ty = self.unary()?;
        self.depth -= 1;
        let (op, result) = match (symbol, ty) {
            ("!", _) => (Unary::Not, Type::Bool),
            ("~", ty) if ty.is_integer() => (Unary::Complement, Type::Integer),
            ("-", Type::Float) => (Unary::Negate, Type::Float),
            ("-", ty) if ty.is_integer() => (Unary::Negate, Type::Integer),
            (symbol, ty) => {
                let why = format!("`{symbol}` does not take {}", ty.name());
                return Err(Wrong::new(at, why));
            }
        };
        self.push(Op::Unary(op), at);
        Ok(result)
    }

    fn primary(&mut self) -> Result<Type, Wrong> {
        let at = self.at;
        let word = match self.token {
            Token::Word(word) => word,
            Token::Integer(value) => {
                self.advance()?;
                self.push(Op::Constant(Evaluated::integer(value.into())), at);
                return Ok(Type::Integer);
            }
            Token::Float(value) => {
                self.advance()?;
                self.push(Op::Constant(Evaluated::F64(value)), at);
                return Ok(Type::Float);
            }
            _ => return Err(self.unexpected("a number or a place")),
        };
        self.advance()?;
        let (op, ty) = match word {
            "true" | "false" => (Op::Constant(Evaluated::Bool(word == "true")), Type::Bool),
            "null" => (Op::Constant(Evaluated::NULL), Type::Reference),
            "time" => (Op::Time, Type::Integer),
            "depth" => (Op::Depth, Type::Integer),
            "local" | "global" | "stack" => {
                let place = self.place(word)?;
                let (op, ty) = place.map_err(|why| Wrong::new(at, why))?;
                (op, Type::of(ty))
            }
            "memory" => return self.load(Kind::U8, at),
            word => match Kind::named(word) {
                Some(kind) if self.is("[") => return self.load(kind, at),
                Some(kind) => return self.conversion(kind, at),
                None => {
                    let why = format!(
                        "`{word}` is nothing here: a local is written local.{word}, \
                         a global global.{word}"
                    );
                    return Err(Wrong::new(at, why));
                }
            },
        };
        self.push(op, at);
        Ok(ty)
    }

    /// A local, operand or global, by its index or its name.
    fn place(&mut self, word: &str) -> Result<Result<(Op, ValueType), String>, Wrong> {
        if word != "stack" && self.takes(".")? {
            let name = match &self.token {
                Token::Word(name) => name.strip_prefix('$').unwrap_or(name).to_string(),
                Token::Quoted(name) => name.clone(),
                _ => return Err(self.unexpected("a name")),
            };
            self.advance()?;
            return Ok(match word {
                "local" => self.scope.local_named(&name),
                _ => self.scope.global_named(&name),
            });
        }
        if !self.takes("[")? {
            let wanted = match word {
                "stack" => "`[`",
                _ => "`[` or `.`",
            };
            return Err(self.unexpected(wanted));
        }
        let Token::Integer(index) = self.token else {
            return Err(self.unexpected("a number"));
        };
        self.advance()?;
        self.wants("]")?;
        Ok(match word {
            "local" => self.scope.local_at(index),
            "global" => self.scope.global_at(index),
            _ => self.scope.operand(index),
        })
    }

    /// What lies in a memory.
    fn load(&mut self, kind: Kind, at: usize) -> Result<Type, Wrong> {
        self.wants("[")?;
        let (begin, first) = (self.at, self.program.ops.len());
        let mut ty = self.expression()?;
        let mut index = 0;
        if self.is(",") {
            let [(Op::Constant(Evaluated::Integer { value, .. }), _)] = self.program.ops[first..]
            else {
                return Err(Wrong::new(
                    begin,
                    "the memory before `,` is a number".into(),
                ));
            };
            index = u64::try_from(value).unwrap_or(u64::MAX);
            self.program.ops.truncate(first);
            self.advance()?;
            ty = self.expression()?;
        }
        if !ty.is_integer() {
            let why = format!("an address is an integer, not {}", ty.name());
            return Err(Wrong::new(begin, why));
        }
        self.wants("]")?;
        let memory = self.scope.memory(index);
        let memory = memory.map_err(|why| Wrong::new(at, why))?;
        let op = Op::Load {
            kind,
            memory: memory.address,
            is64: memory.is64,
        };
        self.push(op, at);
        Ok(number(kind))
    }

    fn conversion(&mut self, kind: Kind, at: usize) -> Result<Type, Wrong> {
        if !self.takes("(")? {
            return Err(self.unexpected("`[` for a load or `(` for a conversion"));
        }
        let ty = self.expression()?;
        self.wants(")")?;
        if !ty.is_number() {
            let why = format!("{} cannot be made a number", ty.name());
            return Err(Wrong::new(at, why));
        }
        self.push(Op::Unary(Unary::Convert(kind)), at);
        Ok(number(kind))
    }
}

const fn number(kind: Kind) -> Type {
    match kind.is_float() {
        true => Type::Float,
        false => Type::Integer,
    }
}

/// What an operator gives for these operands.
fn types_of(op: Binary, symbol: &str, left: Type, right: Type) -> Result<Type, String> {
    let fits = |ty: Type| match op.is_for_integers() {
        true => ty.is_integer(),
        false => ty.is_number(),
    };
    if op.compares() && left.is_number() && right.is_number() {
        return Ok(Type::Bool);
    }
    if op.tells_equality() {
        return match left == right {
            true => Ok(Type::Bool),
            false => Err(format!("{} is never {}", left.name(), right.name())),
        };
    }
    match [left, right].into_iter().find(|ty| !fits(*ty)) {
        Some(ty) => Err(format!("`{symbol}` does not take {}", ty.name())),
        None if left.is_integer() && right.is_integer() => Ok(Type::Integer),
        None => Ok(Type::Float),
    }
}
