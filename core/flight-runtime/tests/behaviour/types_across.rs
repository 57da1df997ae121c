//! Types are equal among all instances of an interpreter if their recursive groups are.

use flight_runtime::{Config, Error, Imports, Interpreter, TrapKind, Value};

use crate::machine::{i32s, module};

/// The type definitions of two modules, and whether `$t` and the function type `$f` of both are equal.
#[rustfmt::skip]
const GROUPS: &[(&str, &str, &str, bool)] = &[
    ("the same group", "(rec (type $t (struct (field i32 (ref null $t)))) (type $f (func (param (ref null $t)))))", "(rec (type $t (struct (field i32 (ref null $t)))) (type $f (func (param (ref null $t)))))", true),
    ("the same group at another place", "(type $t (struct (field i32))) (type $f (func (param (ref null $t))))", "(type $other (func (result i64))) (type $more (array i8)) (type $t (struct (field i32))) (type $f (func (param (ref null $t))))", true),
    ("other names of fields", "(type $t (struct (field $a i32))) (type $f (func (param (ref null $t))))", "(type $t (struct (field $b i32))) (type $f (func (param (ref null $t))))", true),
    ("groups that refer to each other", "(rec (type $t (struct (field (ref null $u)))) (type $u (struct (field (ref null $t))))) (type $f (func (param (ref $u))))", "(rec (type $t (struct (field (ref null $u)))) (type $u (struct (field (ref null $t))))) (type $f (func (param (ref $u))))", true),
    ("the same subtypes", "(type $s (sub (struct (field i32)))) (type $t (sub $s (struct (field i32 i64)))) (type $f (func (param (ref $s) (ref $t))))", "(type $s (sub (struct (field i32)))) (type $t (sub $s (struct (field i32 i64)))) (type $f (func (param (ref $s) (ref $t))))", true),
    ("one group or two", "(rec (type $t (struct (field i32))) (type $f (func (param (ref null $t)))))", "(type $t (struct (field i32))) (type $f (func (param (ref null $t))))", false),
    ("another order in the group", "(rec (type $t (struct (field i32))) (type $f (func (param (ref null $t)))))", "(rec (type $f (func (param (ref null $t)))) (type $t (struct (field i32))))", false),
    ("another member of the group", "(rec (type $t (struct (field i32))) (type $f (func)) (type $x (struct)))", "(rec (type $t (struct (field i32))) (type $f (func)) (type $x (array i8)))", false),
    ("another mutability", "(type $t (struct (field i32))) (type $f (func (param (ref null $t))))", "(type $t (struct (field (mut i32)))) (type $f (func (param (ref null $t))))", false),
    ("another width", "(type $t (struct (field i8))) (type $f (func (param (ref null $t))))", "(type $t (struct (field i16))) (type $f (func (param (ref null $t))))", false),
    ("open or final", "(type $t (sub (struct (field i32)))) (type $f (func (param (ref null $t))))", "(type $t (struct (field i32))) (type $f (func (param (ref null $t))))", false),
    ("another supertype", "(type $s (sub (struct))) (type $t (sub $s (struct (field i32)))) (type $f (func (param (ref $t))))", "(type $s (sub (struct (field i32)))) (type $t (sub $s (struct (field i32)))) (type $f (func (param (ref $t))))", false),
    ("nullable or not", "(rec (type $t (struct (field (ref null $t)))) (type $f (func (param (ref null $t)))))", "(rec (type $t (struct (field (ref null $t)))) (type $f (func (param (ref $t)))))", false),
    ("itself or another one like it", "(rec (type $u (struct (field (ref null $u)))) (type $t (struct (field (ref null $t))))  (type $f (func (param (ref $t)))))", "(rec (type $u (struct (field (ref null $u)))) (type $t (struct (field (ref null $u)))) (type $f (func (param (ref $t)))))", false),
];

fn arguments(types: &str) -> &'static str {
    let f = types.split("$f (func").nth(1).unwrap_or_default();
    match f {
        _ if f.contains("$s") => "ref.null $s ref.as_non_null ref.null $t ref.as_non_null",
        _ if f.contains("(ref $u)") => "ref.null $u ref.as_non_null",
        _ if f.contains("(ref $t)") => "ref.null $t ref.as_non_null",
        _ if f.contains("$t)") => "ref.null $t",
        _ => "",
    }
}

fn trap_kind(result: Result<Vec<Value>, Error>) -> Result<Vec<Value>, TrapKind> {
    result.map_err(|error| match error {
        Error::Trap(trap) => trap.kind,
        other => panic!("{other}"),
    })
}

#[test]
fn linking_tests_casts_and_indirect_calls_agree() {
    for (about, first, second, equal) in GROUPS {
        let mut interpreter = Interpreter::new(Config::default());
        let text = format!(
            "(module {first} (table (export \"table\") 1 funcref) (elem (i32.const 0) $function) (tag $e (export \"e\") (type $f))
               (func $function (export \"function\") (type $f))
               (func (export \"make\") (result anyref) struct.new_default $t))"
        );
        let made = interpreter
            .instantiate(&module(&text), &Imports::new())
            .expect(about);
        let mut imports = Imports::new();
        interpreter.define_instance(&mut imports, "first", made);
        let linked = interpreter.instantiate(
            &module(&format!(
                "(module {second} (import \"first\" \"function\" (func (type $f))))"
            )),
            &imports,
        );
        assert_eq!(linked.is_ok(), *equal, "{about}: a function");
        let linked = interpreter.instantiate(
            &module(&format!(
                "(module {second} (import \"first\" \"e\" (tag (type $f))))"
            )),
            &imports,
        );
        assert_eq!(linked.is_ok(), *equal, "{about}: a tag");
        // Arguments that cannot be null are refused before the call, so only the types are looked at then.
        let call = match arguments(second) {
            null if null.contains("non_null") => {
                "i32.const 0 table.get $table ref.test (ref $f) i32.eqz if unreachable end"
                    .to_string()
            }
            given => format!("{given} i32.const 0 call_indirect $table (type $f)"),
        };
        let text = format!(
            "(module {second} (import \"first\" \"table\" (table $table 1 funcref))
               (func (export \"test\") (param anyref) (result i32) local.get 0 ref.test (ref $t))
               (func (export \"cast\") (param anyref) local.get 0 ref.cast (ref $t) drop)
               (func (export \"branch\") (param anyref) (result i32)
                  block (result anyref) local.get 0 br_on_cast 0 anyref (ref $t) drop i32.const 0 return end drop i32.const 1)
               (func (export \"call\") {call}))"
        );
        let user = interpreter
            .instantiate(&module(&text), &imports)
            .expect(about);
        let call = |interpreter: &mut Interpreter, instance, name: &str, arguments: &[Value]| {
            let function = interpreter.exported_function(instance, name).expect(name);
            trap_kind(interpreter.call_function(function, arguments))
        };
        let object = call(&mut interpreter, made, "make", &[]).expect(about);
        for name in ["test", "branch"] {
            assert_eq!(
                call(&mut interpreter, user, name, &object),
                Ok(i32s(&[(*equal).into()])),
                "{about}: {name}"
            );
        }
        let cast = call(&mut interpreter, user, "cast", &object);
        assert_eq!(
            cast,
            if *equal {
                Ok(vec![])
            } else {
                Err(TrapKind::CastFailure)
            },
            "{about}"
        );
        assert_eq!(
            call(&mut interpreter, user, "call", &[]).is_ok(),
            *equal,
            "{about}: call_indirect"
        );
    }
}

#[test]
fn an_object_is_of_its_supertypes_in_every_instance() {
    let types = "(type $a (sub (struct (field i32)))) (type $b (sub $a (struct (field i32 i32)))) (type $c (sub final $b (struct (field i32 i32 i64))))";
    let mut interpreter = Interpreter::new(Config::default());
    let make = format!(
        "(module {types} (func (export \"a\") (result anyref) struct.new_default $a)
           (func (export \"b\") (result anyref) struct.new_default $b)
           (func (export \"c\") (result anyref) struct.new_default $c))"
    );
    let test = format!(
        "(module (type $before (func (param f64))) {types}
           (func (export \"a\") (param anyref) (result i32) local.get 0 ref.test (ref $a))
           (func (export \"b\") (param anyref) (result i32) local.get 0 ref.test (ref $b))
           (func (export \"c\") (param anyref) (result i32) local.get 0 ref.test (ref $c)))"
    );
    let make = interpreter
        .instantiate(&module(&make), &Imports::new())
        .expect("it is made");
    let test = interpreter
        .instantiate(&module(&test), &Imports::new())
        .expect("it is made");
    for (of, made) in ["a", "b", "c"].into_iter().enumerate() {
        let function = interpreter.exported_function(make, made).expect(made);
        let object = interpreter.call_function(function, &[]).expect(made);
        for (wanted, tested) in ["a", "b", "c"].into_iter().enumerate() {
            let function = interpreter.exported_function(test, tested).expect(tested);
            let is = interpreter.call_function(function, &object);
            assert_eq!(is, Ok(i32s(&[(wanted <= of).into()])), "{made} is {tested}");
        }
    }
}
