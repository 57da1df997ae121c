//! What is written is read back; anything else gives an error.

use alloc::string::ToString;
use alloc::vec::Vec;

use super::*;
use crate::inspect::LocalView;
use crate::trap::{Exception, Trap, TrapFrame};
use crate::{AnyRef, ExternRef, FuncRef, ObjectRef, TrapKind, Value};

const OBJECT: ObjectRef = ObjectRef {
    handle: 300,
    generation: u32::MAX,
};

const VALUES: &[Value] = &[
    Value::I32(0),
    Value::I32(-1),
    Value::I32(i32::MIN),
    Value::I32(i32::MAX),
    Value::I64(i64::MIN),
    Value::I64(i64::MAX),
    Value::F32(-0.0),
    Value::F32(f32::INFINITY),
    Value::F64(1.5e-300),
    Value::V128(u128::MAX - 7),
    Value::FuncRef(None),
    Value::FuncRef(Some(FuncRef(u32::MAX))),
    Value::ExternRef(None),
    Value::ExternRef(Some(ExternRef(7))),
    Value::AnyRef(None),
    Value::AnyRef(Some(AnyRef::I31(-1))),
    Value::AnyRef(Some(AnyRef::I31(0x3fff_ffff))),
    Value::AnyRef(Some(AnyRef::Object(OBJECT))),
    Value::AnyRef(Some(AnyRef::Extern(ExternRef(0)))),
    Value::ConvertedAny(AnyRef::Object(OBJECT)),
    Value::ExnRef(None),
    Value::ExnRef(Some(OBJECT)),
];

fn trap() -> Trap {
    Trap {
        kind: TrapKind::UncaughtException,
        explanation: "nothing catches it".to_string(),
        offset: Some(77),
        instruction: Some("throw 0".to_string()),
        operands: VALUES.to_vec(),
        exception: Some(Exception {
            tag: 3,
            name: Some("ü".into()),
            arguments: VALUES[..2].to_vec(),
        }),
        frames: Vec::from([TrapFrame {
            function: 9,
            name: None,
            offset: None,
            locals: Vec::from([LocalView {
                index: 1,
                name: Some("x".into()),
                parameter: true,
                value: VALUES[0],
            }]),
        }]),
        depth: 100_001,
    }
}

fn everything() -> Vec<u8> {
    let mut to = Writer::new();
    to.values(VALUES);
    to.trap(&trap());
    to.option(Some(5), Writer::number);
    to.option(None, Writer::number);
    to.bytes(b"bytes");
    to.text("text");
    to.slots(&[1, u64::MAX]);
    to.into_bytes()
}

fn read_everything(bytes: &[u8]) -> Read<()> {
    let mut from = Reader::new(bytes, 1000);
    assert_eq!(from.values()?, VALUES);
    assert_eq!(from.trap()?, trap());
    assert_eq!(from.option(Reader::number)?, Some(5));
    assert_eq!(from.option(Reader::number)?, None);
    assert_eq!(from.bytes()?, b"bytes");
    assert_eq!(from.text()?, "text");
    assert!(from.slots(2)?.eq([1, u64::MAX]));
    from.end()
}

#[test]
fn what_is_written_is_read_back() {
    assert_eq!(read_everything(&everything()), Ok(()));
    for kind in TrapKind::ALL {
        let mut to = Writer::new();
        to.trap_kind(*kind);
        assert_eq!(Reader::new(to.written(), 0).trap_kind(), Ok(*kind));
    }
}

#[test]
fn numbers_have_few_bytes_and_are_read_back() {
    for (number, length) in [
        (0, 1),
        (0x7f, 1),
        (0x80, 2),
        (u64::from(u32::MAX), 5),
        (u64::MAX >> 1, 9),
        (u64::MAX, 10),
    ] {
        let mut to = Writer::new();
        to.number(number);
        assert_eq!(to.written().len(), length);
        assert_eq!(Reader::new(to.written(), 0).number(), Ok(number));
        let signed = number as i64;
        let mut to = Writer::new();
        to.signed(signed);
        assert_eq!(Reader::new(to.written(), 0).signed(), Ok(signed));
    }
}

#[test]
fn bytes_that_are_missing_are_told_with_their_place() {
    let bytes = everything();
    for end in 0..bytes.len() {
        let error = read_everything(&bytes[..end]).expect_err("something is missing");
        assert!((1000..=1000 + end as u64).contains(&error.offset));
    }
    let mut longer = bytes.clone();
    longer.push(0);
    let error = read_everything(&longer).expect_err("something is left");
    assert_eq!(error.offset, 1000 + bytes.len() as u64);
}

/// Bytes, and whether a read of them fails.
type Refused = (&'static [u8], fn(&mut Reader<'_>) -> bool);

#[test]
fn what_cannot_be_is_refused() {
    let refused: &[Refused] = &[
        (&[2], |from| from.flag().is_err()),
        (&[0xff; 10], |from| from.number().is_err()),
        (&[0x80; 11], |from| from.number().is_err()),
        (&[0xff, 0xff, 0xff, 0xff, 0x10], |from| {
            from.small().is_err()
        }),
        (&[3, 1, 2], |from| from.count(1).is_err()),
        (&[2, 1, 2, 3], |from| from.count(2).is_err()),
        (&[0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], |from| {
            from.list(Reader::number).is_err()
        }),
        (&[1, 0xff], |from| from.text().is_err()),
        (&[10], |from| from.value().is_err()),
        (&[0, 0x80, 0x80, 0x80, 0x80, 0x10], |from| {
            from.value().is_err()
        }),
        (&[7, 1, 3], |from| from.value().is_err()),
        (&[7, 1, 0, 0x80, 0x80, 0x80, 0x80, 0x08], |from| {
            from.value().is_err()
        }),
        (&[2, b'n', b'o'], |from| from.trap_kind().is_err()),
        (&[0; 16], |from| from.slots(usize::MAX).is_err()),
    ];
    for (position, (bytes, is_refused)) in refused.iter().enumerate() {
        assert!(is_refused(&mut Reader::new(bytes, 0)), "number {position}");
    }
}
