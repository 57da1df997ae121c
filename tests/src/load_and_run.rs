//! Takes any bytes, and if they are a module, runs all that it exports: nothing may panic or take long.

use flight_runtime::{
    Config, Error, ExternRef, ExternType, FuncRef, HeapType, HostError, Imports, InstanceId,
    Interpreter, Module, RefType, State, Stop, Translation, Until, Value, ValueType,
};

/// How far the bytes got.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// They are no valid module.
    Refused(Error),
    /// They are a module that cannot be instantiated with stubs, or whose start function failed.
    NotInstantiated(Error),
    /// So many exported functions were called.
    Ran {
        /// How many.
        calls: usize,
    },
}

/// Instructions that each call may execute.
const FUEL: u64 = 10_000;

/// Small, so that a loop of growth, of filling or of calls is over soon.
pub(crate) const CONFIG: Config = Config {
    memory_budget: 256 << 10,
    heap_budget: 1 << 20,
    max_call_depth: 200,
    max_stack_bytes: 256 << 10,
    translation: Translation::Folded,
    history_budget: None,
};

/// Decodes a module, instantiates it with stubs for its imports, and calls each of its exported functions with zeros.
///
/// Wherever a call stops, the machine is looked into, as a debugger would.
pub fn load_and_run(bytes: &[u8]) -> Outcome {
    let module = match Module::from_bytes(bytes) {
        Ok(module) => module,
        Err(error) => return Outcome::Refused(error.into()),
    };
    let mut interpreter = Interpreter::new(CONFIG);
    let instance = match interpreter.instantiate_without_start(&module, &stubs(&module)) {
        Ok(instance) => instance,
        Err(error) => return Outcome::NotInstantiated(error),
    };
    if let Some(start) = interpreter.start_function(instance)
        && let Err(error) = call(&mut interpreter, instance, start)
    {
        return Outcome::NotInstantiated(error);
    }
    let mut calls = 0;
    for export in module.exports() {
        if let Ok(func) = interpreter.exported_function(instance, &export.name)
            && call(&mut interpreter, instance, func).is_ok()
        {
            calls += 1;
        }
    }
    Outcome::Ran { calls }
}

/// For each import something of the wanted type: functions give zeros.
pub(crate) fn stubs(module: &Module) -> Imports {
    let mut imports = Imports::new();
    for import in module.imports() {
        let (module, name) = (&*import.module, &*import.name);
        match &import.ty {
            ExternType::Func(ty) => {
                let answer = zeros(ty.results()).ok_or_else(|| HostError::new("there is no zero"));
                imports.func_of_any_type(module, name, move |_, _| answer.clone());
            }
            ExternType::Memory(ty) => {
                imports.memory(module, name, *ty);
            }
            ExternType::Table(ty) => {
                imports.table(module, name, *ty);
            }
            ExternType::Global(ty) => {
                if let Some(value) = something(ty.content) {
                    imports.global(module, name, value, ty.mutable);
                }
            }
            ExternType::Tag(_) => {
                imports.tag(module, name);
            }
        }
    }
    imports
}

pub(crate) fn zeros(types: &[ValueType]) -> Option<Vec<Value>> {
    types.iter().map(|ty| something(*ty)).collect()
}

/// Zero or null; where there is none, something of the embedder's.
fn something(ty: ValueType) -> Option<Value> {
    const EXTERN: ValueType = ValueType::Ref(RefType {
        nullable: false,
        heap: HeapType::Extern,
    });
    match ty {
        EXTERN => Some(Value::ExternRef(Some(ExternRef(0)))),
        _ => Value::default_of(ty),
    }
}

/// Calls a function with zeros, at most until the fuel is used up.
fn call(interpreter: &mut Interpreter, instance: InstanceId, func: FuncRef) -> Result<(), Error> {
    let params = interpreter.func_type(func)?.params().to_vec();
    let Some(arguments) = zeros(&params) else {
        return Err(Error::Usage("a parameter has no zero".to_string()));
    };
    interpreter.start(func, &arguments)?;
    let mut left = FUEL;
    loop {
        let stop = if interpreter.state() == State::AwaitingHost {
            Stop::AwaitingHost
        } else {
            let before = interpreter.time();
            let stop = interpreter.run(Until {
                fuel: Some(left),
                ..Until::default()
            })?;
            let taken = interpreter.time() - before;
            assert!(
                taken <= left,
                "{taken} instructions were executed with fuel for {left}"
            );
            left -= taken;
            stop
        };
        look(interpreter, instance);
        match stop {
            Stop::AwaitingHost => {
                interpreter.resolve_host_call()?;
                if interpreter.results().is_some() {
                    break;
                }
            }
            Stop::Finished | Stop::Trapped | Stop::OutOfFuel => break,
            Stop::Step | Stop::Breakpoint | Stop::Log | Stop::Watchpoint | Stop::Beginning => {}
        }
    }
    interpreter.reset();
    Ok(())
}

/// Looks at everything that can be seen.
fn look(interpreter: &Interpreter, instance: InstanceId) {
    let frames = interpreter.frames();
    assert_eq!(frames.len(), interpreter.depth(), "every frame can be seen");
    let _ = interpreter.explain().map(|explanation| explanation.text);
    let _ = interpreter.globals(instance);
    if let Some(trap) = interpreter.trap() {
        let _ = trap.to_string();
    }
}
