//! Values and traps as bytes.

use alloc::boxed::Box;
use alloc::string::String;

use flight_wasm::{AnyRef, ExternRef, FuncRef, ObjectRef, Value};

use super::{Read, Reader, Writer};
use crate::context::State;
use crate::inspect::LocalView;
use crate::trap::{Exception, Trap, TrapFrame, TrapKind};

/// What stands before a value.
mod tag {
    pub(super) const I32: u8 = 0;
    pub(super) const I64: u8 = 1;
    pub(super) const F32: u8 = 2;
    pub(super) const F64: u8 = 3;
    pub(super) const V128: u8 = 4;
    pub(super) const FUNC: u8 = 5;
    pub(super) const EXTERN: u8 = 6;
    pub(super) const ANY: u8 = 7;
    pub(super) const CONVERTED_ANY: u8 = 8;
    pub(super) const EXN: u8 = 9;
}

/// The states by the numbers that they are written as.
const STATES: [State; 5] = [
    State::Idle,
    State::Paused,
    State::AwaitingHost,
    State::Finished,
    State::Trapped,
];

impl Writer {
    pub(crate) fn value(&mut self, value: Value) {
        match value {
            Value::I32(value) => {
                self.byte(tag::I32);
                self.signed(value.into());
            }
            Value::I64(value) => {
                self.byte(tag::I64);
                self.signed(value);
            }
            Value::F32(value) => {
                self.byte(tag::F32);
                self.raw(&value.to_bits().to_le_bytes());
            }
            Value::F64(value) => {
                self.byte(tag::F64);
                self.fixed(value.to_bits());
            }
            Value::V128(value) => {
                self.byte(tag::V128);
                self.raw(&value.to_le_bytes());
            }
            Value::FuncRef(func) => {
                self.byte(tag::FUNC);
                self.option(func, |to, func| to.number(func.0.into()));
            }
            Value::ExternRef(value) => {
                self.byte(tag::EXTERN);
                self.option(value, |to, value| to.number(value.0.into()));
            }
            Value::AnyRef(value) => {
                self.byte(tag::ANY);
                self.option(value, Self::any_ref);
            }
            Value::ConvertedAny(value) => {
                self.byte(tag::CONVERTED_ANY);
                self.any_ref(value);
            }
            Value::ExnRef(object) => {
                self.byte(tag::EXN);
                self.option(object, Self::object_ref);
            }
        }
    }

    fn any_ref(&mut self, value: AnyRef) {
        match value {
            AnyRef::I31(value) => {
                self.byte(0);
                self.signed(value.into());
            }
            AnyRef::Object(object) => {
                self.byte(1);
                self.object_ref(object);
            }
            AnyRef::Extern(value) => {
                self.byte(2);
                self.number(value.0.into());
            }
        }
    }

    fn object_ref(&mut self, object: ObjectRef) {
        self.number(object.handle.into());
        self.number(object.generation.into());
    }

    pub(crate) fn values(&mut self, values: &[Value]) {
        self.list(values, |to, value| to.value(*value));
    }

    fn optional_text(&mut self, text: Option<&str>) {
        self.option(text, Self::text);
    }

    fn optional_number(&mut self, number: Option<u32>) {
        self.option(number, |to, number| to.number(number.into()));
    }

    /// A kind of trap, by its name: so that there may be more of them one day.
    pub(crate) fn state(&mut self, state: State) {
        let state = STATES.iter().position(|other| *other == state);
        self.byte(state.unwrap_or(0) as u8);
    }

    pub(crate) fn trap_kind(&mut self, kind: TrapKind) {
        self.text(kind.name());
    }

    pub(crate) fn trap(&mut self, trap: &Trap) {
        let Trap {
            kind,
            explanation,
            offset,
            instruction,
            operands,
            exception,
            frames,
            depth,
        } = trap;
        self.trap_kind(*kind);
        self.text(explanation);
        self.optional_number(*offset);
        self.optional_text(instruction.as_deref());
        self.values(operands);
        self.option(exception.as_ref(), |to, exception| {
            let Exception {
                tag,
                name,
                arguments,
            } = exception;
            to.number((*tag).into());
            to.optional_text(name.as_deref());
            to.values(arguments);
        });
        self.list(frames, |to, frame| {
            let TrapFrame {
                function,
                name,
                offset,
                locals,
            } = frame;
            to.number((*function).into());
            to.optional_text(name.as_deref());
            to.optional_number(*offset);
            to.list(locals, |to, local| {
                let LocalView {
                    index,
                    name,
                    parameter,
                    value,
                } = local;
                to.number((*index).into());
                to.optional_text(name.as_deref());
                to.flag(*parameter);
                to.value(*value);
            });
        });
        self.number(*depth as u64);
    }
}

impl Reader<'_> {
    pub(crate) fn value(&mut self) -> Read<Value> {
        let begin = self.clone();
        Ok(match self.byte()? {
            tag::I32 => {
                let value = self.signed()?;
                let value = i32::try_from(value);
                Value::I32(value.map_err(|_| begin.wrong("an i32 has more than 32 bits"))?)
            }
            tag::I64 => Value::I64(self.signed()?),
            tag::F32 => Value::F32(f32::from_le_bytes(self.array()?)),
            tag::F64 => Value::F64(f64::from_bits(self.fixed()?)),
            tag::V128 => Value::V128(u128::from_le_bytes(self.array()?)),
            tag::FUNC => Value::FuncRef(self.option(Self::small)?.map(FuncRef)),
            tag::EXTERN => Value::ExternRef(self.option(Self::small)?.map(ExternRef)),
            tag::ANY => Value::AnyRef(self.option(Self::any_ref)?),
            tag::CONVERTED_ANY => Value::ConvertedAny(self.any_ref()?),
            tag::EXN => Value::ExnRef(self.option(Self::object_ref)?),
            _ => return Err(begin.wrong("a value is of no known type")),
        })
    }

    fn any_ref(&mut self) -> Read<AnyRef> {
        let begin = self.clone();
        Ok(match self.byte()? {
            0 => match i32::try_from(self.signed()?) {
                Ok(value) if value << 1 >> 1 == value => AnyRef::I31(value),
                _ => return Err(begin.wrong("an i31 has more than 31 bits")),
            },
            1 => AnyRef::Object(self.object_ref()?),
            2 => AnyRef::Extern(ExternRef(self.small()?)),
            _ => return Err(begin.wrong("a reference is of no known kind")),
        })
    }

    fn object_ref(&mut self) -> Read<ObjectRef> {
        Ok(ObjectRef {
            handle: self.small()?,
            generation: self.small()?,
        })
    }

    pub(crate) fn values(&mut self) -> Read<alloc::vec::Vec<Value>> {
        self.list(Self::value)
    }

    fn optional_text<T: for<'b> From<&'b str>>(&mut self) -> Read<Option<T>> {
        self.option(|from| from.text().map(T::from))
    }

    pub(crate) fn state(&mut self) -> Read<State> {
        let begin = self.clone();
        let state = STATES.get(usize::from(self.byte()?));
        let state = state.ok_or_else(|| begin.wrong("the machine is in no known state"))?;
        Ok(*state)
    }

    pub(crate) fn trap_kind(&mut self) -> Read<TrapKind> {
        let begin = self.clone();
        let name = self.text()?;
        let named = TrapKind::ALL.iter().find(|kind| kind.name() == name);
        named
            .copied()
            .ok_or_else(|| begin.wrong("a trap is of no known kind"))
    }

    pub(crate) fn trap(&mut self) -> Read<Trap> {
        Ok(Trap {
            kind: self.trap_kind()?,
            explanation: String::from(self.text()?),
            offset: self.option(Self::small)?,
            instruction: self.optional_text()?,
            operands: self.values()?,
            exception: self.option(|from| {
                Ok(Exception {
                    tag: from.small()?,
                    name: from.optional_text::<Box<str>>()?,
                    arguments: from.values()?,
                })
            })?,
            frames: self.list(|from| {
                Ok(TrapFrame {
                    function: from.small()?,
                    name: from.optional_text::<Box<str>>()?,
                    offset: from.option(Self::small)?,
                    locals: from.list(Self::local)?,
                })
            })?,
            depth: self.small()? as usize,
        })
    }

    fn local(&mut self) -> Read<LocalView> {
        Ok(LocalView {
            index: self.small()?,
            name: self.optional_text()?,
            parameter: self.flag()?,
            value: self.value()?,
        })
    }
}
