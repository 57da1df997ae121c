//! The collector: what can be reached stays whole, the rest goes, and the budget is obeyed.

use flight_runtime::{
    AnyRef, Config, Error, Imports, Interpreter, ObjectKind, ObjectRef, State, Stop, TrapKind,
    Until, Value,
};

use crate::machine::{Machine, i32s, module};

fn config(heap_budget: u64) -> Config {
    Config {
        heap_budget,
        ..Config::default()
    }
}

fn object(value: Value) -> ObjectRef {
    match value {
        Value::AnyRef(Some(AnyRef::Object(object))) | Value::ExnRef(Some(object)) => object,
        other => panic!("{other} is no object"),
    }
}

/// What the programs share. `$churn` makes garbage: with a small budget each allocation in it collects.
const AROUND: &str = r#"
    (type $box (struct (field $value (mut i32))))
    (type $pair (struct (field (mut anyref)) (field i64) (field (mut (ref null $box)))))
    (type $boxes (array (mut (ref null $box))))
    (type $bytes (array (mut i8)))
    (type $wide (array v128))
    (type $take (func (param (ref null $box)) (result i32)))
    (tag $e (param (ref null $box)))
    (tag $none)
    (global $kept (mut anyref) (ref.null any))
    (global $made (ref $box) (struct.new $box (i32.const 41)))
    (table $t 2 anyref)
    (table $exceptions 1 exnref)
    (elem $passive (ref null $box) (struct.new $box (i32.const 41)) (ref.null $box))
    (elem declare func $value $throw)
    (func $churn (local i32)
        i32.const 30 local.set 0
        loop
            local.get 0 array.new_default $bytes drop
            i32.const 99 struct.new $box drop
            ref.null any i64.const 1 ref.null $box struct.new $pair drop
            local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0
        end)
    (func $box (param i32) (result (ref $box)) local.get 0 struct.new $box)
    (func $value (type $take) call $churn local.get 0 struct.get $box 0)
    (func $throw (param i32) local.get 0 call $box call $churn throw $e)
    (func $throws-again (param i32) local.get 0 call $throw)
    (func $deep (param i32 (ref $box)) (result i32)
        local.get 0 i32.eqz if call $churn local.get 1 struct.get $box 0 return end
        local.get 1
        local.get 0 i32.const 1 i32.sub local.get 0 struct.new $box call $deep drop
        struct.get $box 0)
"#;

/// A body of a function that gives 41, with locals `box`, `any`, `exn`: where else could the object be found?
const ROOTS: &[(&str, &str)] = &[
    (
        "a local",
        "i32.const 41 call $box local.set 0 call $churn local.get 0 struct.get $box 0",
    ),
    (
        "an operand",
        "i32.const 41 call $box call $churn struct.get $box 0",
    ),
    (
        "operands below others",
        "i32.const 41 call $box i64.const 1 v128.const i64x2 1 2 i32.const 5 call $box call $churn drop drop drop struct.get $box 0",
    ),
    ("an argument", "i32.const 41 call $box call $value"),
    (
        "an argument of a tail call's callee",
        "i32.const 41 call $box ref.func $value call_ref $take",
    ),
    (
        "operands of many waiting frames",
        "i32.const 20 i32.const 41 call $box call $deep",
    ),
    (
        "elements on their way into an array",
        "i32.const 20 call $box call $churn i32.const 21 call $box call $churn array.new_fixed $boxes 2 local.tee 2 i32.const 0 array.get $boxes struct.get $box 0 local.get 2 i32.const 1 array.get $boxes struct.get $box 0 i32.add",
    ),
    (
        "fields on their way into a structure",
        "i32.const 40 call $box i64.const -1 i32.const 1 call $box call $churn struct.new $pair call $churn local.tee 3 struct.get $pair 0 ref.cast (ref $box) struct.get $box 0 local.get 3 struct.get $pair 2 struct.get $box 0 i32.add",
    ),
    (
        "the value that fills an array",
        "i32.const 41 call $box i32.const 20 array.new $boxes call $churn i32.const 19 array.get $boxes struct.get $box 0",
    ),
    (
        "a global",
        "i32.const 41 call $box global.set $kept call $churn global.get $kept ref.cast (ref $box) struct.get $box 0",
    ),
    (
        "a constant global",
        "call $churn global.get $made struct.get $box 0",
    ),
    (
        "a table",
        "i32.const 1 i32.const 41 call $box table.set $t call $churn i32.const 1 table.get $t ref.cast (ref $box) struct.get $box 0",
    ),
    (
        "an element segment",
        "call $churn i32.const 0 i32.const 2 array.new_elem $boxes $passive call $churn i32.const 0 array.get $boxes struct.get $box 0",
    ),
    (
        "a table that a segment is copied to",
        "i32.const 0 i32.const 0 i32.const 1 table.init $t $passive elem.drop $passive call $churn i32.const 0 table.get $t ref.cast (ref $box) struct.get $box 0",
    ),
    (
        "behind an externref",
        "i32.const 41 call $box extern.convert_any local.set 4 call $churn local.get 4 any.convert_extern ref.cast (ref $box) struct.get $box 0",
    ),
    (
        "a cycle",
        "ref.null any i64.const 0 i32.const 41 call $box struct.new $pair local.tee 3 local.get 3 struct.set $pair 0 call $churn local.get 3 struct.get $pair 0 ref.cast (ref $pair) struct.get $pair 2 struct.get $box 0",
    ),
    (
        "an exception's argument",
        "block (result (ref null $box)) try_table (catch $e 0) i32.const 41 call $throws-again end unreachable end call $churn struct.get $box 0",
    ),
    (
        "an exception on the stack",
        "block block (result exnref) try_table (catch_all_ref 0) i32.const 41 call $throw end unreachable end call $churn local.set 5 end call $churn block (result (ref null $box)) try_table (catch $e 0) local.get 5 throw_ref end unreachable end struct.get $box 0",
    ),
    (
        "an exception in a table",
        "block (result exnref) try_table (catch_all_ref 0) i32.const 41 call $throw end unreachable end local.set 5 i32.const 0 local.get 5 table.set $exceptions ref.null exn local.set 5 call $churn block (result (ref null $box)) try_table (catch $e 0) i32.const 0 table.get $exceptions throw_ref end unreachable end struct.get $box 0",
    ),
    (
        "an exception that an arm handles",
        "try (result (ref null $box)) try i32.const 41 call $throw catch_all call $churn rethrow 0 end ref.null $box catch $e end struct.get $box 0",
    ),
    (
        "exceptions of arms in arms",
        "try (result (ref null $box)) try $outer i32.const 41 call $throw catch_all try i32.const 7 call $throw catch_all call $churn end try throw $none catch_all call $churn end rethrow $outer end ref.null $box catch $e end struct.get $box 0",
    ),
    (
        "a parameter of a block",
        "i32.const 41 call $box block (param (ref $box)) (result i32) call $churn struct.get $box 0 end",
    ),
    (
        "an operand behind a branch",
        "i32.const 41 call $box block (param (ref $box)) (result (ref $box)) i32.const 5 call $box drop br 0 end call $churn struct.get $box 0",
    ),
    (
        "vectors are no references",
        "v128.const i64x2 2 6 array.new_fixed $wide 1 call $churn drop i32.const 41",
    ),
];

fn program(body: &str) -> String {
    format!(
        "(module {AROUND} (func (export \"f\") (result i32)
            (local (ref null $box) anyref (ref null $boxes) (ref null $pair) externref exnref) {body}))"
    )
}

/// The result and the time of `f`; `None` if the heap was too small.
fn outcome(text: &str, budget: u64, run: impl Fn(&mut Interpreter)) -> Option<(Vec<Value>, u64)> {
    let mut interpreter = Interpreter::new(config(budget));
    let instance = match interpreter.instantiate(&module(text), &Imports::new()) {
        Ok(instance) => instance,
        Err(Error::OutOfMemory(_)) => return None,
        Err(other) => panic!("{other}"),
    };
    let function = interpreter
        .exported_function(instance, "f")
        .expect("it is exported");
    interpreter.start(function, &[]).expect("the call begins");
    while interpreter.state() == State::Paused {
        run(&mut interpreter);
        assert!(interpreter.heap_use().0 <= budget);
    }
    match interpreter.trap() {
        Some(trap) => {
            assert_eq!(trap.kind, TrapKind::HeapExhausted, "{trap}");
            None
        }
        None => Some((
            interpreter.results().expect("it has ended").to_vec(),
            interpreter.time(),
        )),
    }
}

#[test]
fn whatever_is_reached_stays_whole_with_the_smallest_heap() {
    let whole = |interpreter: &mut Interpreter| drop(interpreter.run(Until::default()));
    for (about, body) in ROOTS {
        let text = program(body);
        let roomy = outcome(&text, 1 << 30, whole).expect("there is room");
        assert_eq!(roomy.0, i32s(&[41]), "{about}");
        let smallest = (0..10_000)
            .step_by(8)
            .find(|budget| outcome(&text, *budget, whole).is_some());
        let smallest = smallest.unwrap_or_else(|| panic!("{about}: so little should suffice"));
        assert_eq!(
            outcome(&text, smallest, whole).as_ref(),
            Some(&roomy),
            "{about}"
        );
        let steps = outcome(&text, smallest, |interpreter| drop(interpreter.step()));
        assert_eq!(steps.as_ref(), Some(&roomy), "{about}, by steps");
        for fuel in [1, 2, 7, 100] {
            let until = Until {
                fuel: Some(fuel),
                ..Until::default()
            };
            let slices = outcome(&text, smallest, |interpreter| drop(interpreter.run(until)));
            assert_eq!(
                slices.as_ref(),
                Some(&roomy),
                "{about}, in slices of {fuel}"
            );
        }
        // The embedder may collect whenever it likes.
        let collected = outcome(&text, 1 << 30, |interpreter| {
            interpreter.collect_garbage();
            drop(interpreter.step());
        });
        assert_eq!(
            collected.as_ref(),
            Some(&roomy),
            "{about}, collected before each step"
        );
    }
}

const LIST: &str = r#"(module
    (type $node (struct (field $next (ref null $node)) (field $number (mut i32))))
    (type $bytes (array (mut i8)))
    (global $head (export "head") (mut (ref null $node)) (ref.null $node))
    (func (export "build") (param i32)
        loop
            global.get $head local.get 0 struct.new $node global.set $head
            local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0
        end)
    (func (export "sum") (result i64) (local (ref null $node) i64)
        global.get $head local.set 0
        block loop
            local.get 0 br_on_null 1
            struct.get $node 1 i64.extend_i32_u local.get 1 i64.add local.set 1
            local.get 0 struct.get $node 0 local.set 0 br 0
        end end
        local.get 1)
    (func (export "clear") ref.null $node global.set $head)
    (func (export "waste") (param i32)
        loop
            i32.const 1000 array.new_default $bytes drop
            local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0
        end))"#;

#[test]
fn garbage_of_a_hundred_budgets_leaves_a_small_heap() {
    const BUDGET: u64 = 2 << 20;
    let mut machine = Machine::with(LIST, &Imports::new(), config(BUDGET));
    let times = i32::try_from(100 * BUDGET / 1000).expect("it is small");
    assert_eq!(machine.call("waste", &i32s(&[times])), Ok(vec![]));
    let (used, _) = machine.interpreter.heap_use();
    assert!(used <= BUDGET, "{used}");
    machine.interpreter.collect_garbage();
    assert_eq!(machine.interpreter.heap_use(), (0, 0));
}

#[test]
fn a_list_of_a_million_nodes_is_built_walked_and_dropped() {
    let mut machine = Machine::new(LIST);
    assert_eq!(machine.call("build", &i32s(&[1_000_000])), Ok(vec![]));
    machine.interpreter.collect_garbage();
    assert_eq!(machine.interpreter.heap_use().1, 1_000_000);
    assert_eq!(
        machine.call("sum", &[]),
        Ok(vec![Value::I64(500_000_500_000)])
    );
    assert_eq!(machine.call("clear", &[]), Ok(vec![]));
    machine.interpreter.collect_garbage();
    assert_eq!(machine.interpreter.heap_use(), (0, 0));
}

#[test]
fn an_exhausted_heap_traps_can_be_looked_into_and_goes_on() {
    let mut machine = Machine::with(LIST, &Imports::new(), config(1 << 20));
    let Err(Error::Trap(trap)) = machine.call("build", &i32s(&[1_000_000])) else {
        panic!("the heap is too small");
    };
    assert_eq!(
        (trap.kind, trap.instruction.as_deref()),
        (TrapKind::HeapExhausted, Some("struct.new 0"))
    );
    assert!(
        trap.explanation.ends_with("of 1048576 bytes"),
        "{}",
        trap.explanation
    );
    assert_eq!(machine.interpreter.state(), State::Trapped);
    let frame = machine.interpreter.frame(0).expect("it lies there");
    let head = object(frame.operands[0]);
    let view = machine
        .interpreter
        .object(head, 0, 10)
        .expect("it is alive");
    assert_eq!(
        (view.kind, view.name.as_deref(), view.length),
        (ObjectKind::Struct, Some("node"), 2)
    );
    let names: Vec<_> = view.parts.iter().map(|part| part.name.as_deref()).collect();
    assert_eq!(names, [Some("next"), Some("number")]);
    let (_, objects) = machine.interpreter.heap_use();
    assert!(objects > 5_000, "{objects}");
    assert_eq!(machine.call("clear", &[]), Ok(vec![]));
    assert_eq!(machine.call("build", &i32s(&[1000])), Ok(vec![]));
    assert_eq!(machine.call("sum", &[]), Ok(vec![Value::I64(500_500)]));
}

#[test]
fn instances_are_made_where_only_garbage_is_in_the_way() {
    let mut machine = Machine::with(LIST, &Imports::new(), config(64 << 10));
    assert_eq!(machine.call("waste", &i32s(&[60])), Ok(vec![]));
    let text = r#"(module (type $bytes (array i8))
        (global (ref $bytes) (array.new_default $bytes (i32.const 60000))))"#;
    let made = machine
        .interpreter
        .instantiate(&module(text), &Imports::new());
    assert!(made.is_ok(), "{made:?}");
    let again = machine
        .interpreter
        .instantiate(&module(text), &Imports::new());
    assert!(matches!(again, Err(Error::OutOfMemory(_))), "{again:?}");
}

const HOST: &str = r#"(module
    (type $box (struct (field (mut i32))))
    (import "env" "look" (func $look (param (ref null $box)) (result (ref null $box))))
    (tag $e (param (ref null $box)))
    (func (export "make") (param i32) (result (ref $box)) local.get 0 struct.new $box)
    (func (export "value") (param (ref null $box)) (result i32) local.get 0 struct.get $box 0)
    (func (export "ask") (param i32) (result i32)
        local.get 0 struct.new $box call $look struct.get $box 0)
    (func (export "throw") i32.const 6 struct.new $box throw $e))"#;

fn host_machine() -> Machine {
    let mut imports = Imports::new();
    imports.func_by_hand("env", "look");
    Machine::with(HOST, &imports, Config::default())
}

#[test]
fn what_a_call_returns_lives_until_the_results_are_taken() {
    let mut machine = host_machine();
    machine.start("make", &i32s(&[7]));
    assert_eq!(machine.run(), Stop::Finished);
    machine.interpreter.collect_garbage();
    let made = machine.interpreter.results().expect("it has ended")[0];
    let view = machine
        .interpreter
        .object(object(made), 0, 1)
        .expect("it is alive");
    assert_eq!(view.parts[0].value, Value::I32(7));
    machine.interpreter.take_results().expect("it has ended");
    machine.interpreter.collect_garbage();
    assert_eq!(machine.interpreter.heap_use().1, 0);
    for refused in [
        machine.call("value", &[made]),
        machine
            .interpreter
            .object(object(made), 0, 1)
            .map(|_| vec![]),
    ] {
        assert!(
            matches!(refused, Err(Error::Usage(_))),
            "a stale reference: {refused:?}"
        );
    }
}

#[test]
fn the_arguments_of_a_waiting_host_call_live() {
    let mut machine = host_machine();
    machine.start("ask", &i32s(&[9]));
    assert_eq!(machine.run(), Stop::AwaitingHost);
    let argument = machine.interpreter.host_call().expect("it waits").arguments[0];
    machine.interpreter.collect_garbage();
    assert_eq!(machine.interpreter.heap_use().1, 1);
    // A call that nests in it neither loses it nor keeps what it made itself.
    machine.start("make", &i32s(&[10]));
    assert_eq!(machine.run(), Stop::Finished);
    let nested = machine.interpreter.take_results().expect("it has ended")[0];
    machine.interpreter.collect_garbage();
    assert_eq!(machine.interpreter.heap_use().1, 1);
    let stale = machine.interpreter.answer(&[nested]);
    assert!(matches!(stale, Err(Error::Usage(_))), "{stale:?}");
    assert_eq!(
        machine.interpreter.state(),
        State::AwaitingHost,
        "the call still waits"
    );
    machine
        .interpreter
        .answer(&[argument])
        .expect("it is alive");
    assert_eq!(machine.run(), Stop::Finished);
    assert_eq!(machine.interpreter.results(), Some(&i32s(&[9])[..]));
}

#[test]
fn what_is_kept_lives_until_it_is_released_as_often() {
    let mut machine = host_machine();
    let made = machine.call("make", &i32s(&[7])).expect("it returns")[0];
    machine.interpreter.keep(object(made)).expect("it is alive");
    machine.interpreter.keep(object(made)).expect("it is alive");
    machine.interpreter.collect_garbage();
    machine.interpreter.release(object(made));
    machine.interpreter.collect_garbage();
    assert_eq!(machine.call("value", &[made]), Ok(i32s(&[7])));
    machine.interpreter.release(object(made));
    machine.interpreter.collect_garbage();
    assert!(matches!(
        machine.call("value", &[made]),
        Err(Error::Usage(_))
    ));
    assert!(matches!(
        machine.interpreter.keep(object(made)),
        Err(Error::Usage(_))
    ));
    // The place is used again, and still the old reference is stale; releasing it takes nothing from the new one.
    let next = machine.call("make", &i32s(&[8])).expect("it returns")[0];
    assert_eq!(object(next).handle, object(made).handle);
    machine.interpreter.keep(object(next)).expect("it is alive");
    machine.interpreter.release(object(made));
    machine.interpreter.collect_garbage();
    assert_eq!(machine.call("value", &[next]), Ok(i32s(&[8])));
    assert!(matches!(
        machine.call("value", &[made]),
        Err(Error::Usage(_))
    ));
}

#[test]
fn arrays_are_looked_at_by_pages_and_exceptions_by_their_arguments() {
    let text = r#"(module (type $row (array (mut i16))) (tag $e (param i32 anyref))
        (func (export "row") (result (ref $row)) i32.const -2 i32.const 1000 array.new $row)
        (func (export "exception") (result exnref)
            block (result exnref) try_table (catch_all_ref 0) i32.const 5 ref.null any throw $e end unreachable end))"#;
    let mut machine = Machine::new(text);
    let row = object(machine.call("row", &[]).expect("it returns")[0]);
    for (first, count, pages) in [
        (0, 3, 0..3),
        (998, 10, 998..1000),
        (1000, 5, 1000..1000),
        (u32::MAX, u32::MAX, 0..0),
    ] {
        let view = machine
            .interpreter
            .object(row, first, count)
            .expect("it is alive");
        assert_eq!(
            (view.kind, view.name.as_deref(), view.length),
            (ObjectKind::Array, Some("row"), 1000)
        );
        let indices: Vec<u32> = view.parts.iter().map(|part| part.index).collect();
        assert_eq!(indices, pages.collect::<Vec<_>>());
        assert!(
            view.parts
                .iter()
                .all(|part| part.value == Value::I32(65_534)
                    && part.mutable
                    && part.storage == "i16")
        );
    }
    let exception = object(machine.call("exception", &[]).expect("it returns")[0]);
    let view = machine
        .interpreter
        .object(exception, 0, 10)
        .expect("it is alive");
    assert_eq!(
        (view.kind, view.name.as_deref(), &*view.ty),
        (ObjectKind::Exception, Some("e"), "i32 anyref")
    );
    let values: Vec<Value> = view.parts.iter().map(|part| part.value).collect();
    assert_eq!(values, [Value::I32(5), Value::AnyRef(None)]);
}
