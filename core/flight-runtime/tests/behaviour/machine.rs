//! What the tests share: a machine made from text.

use flight_runtime::{
    Config, Error, FuncRef, Imports, InstanceId, Interpreter, Module, Stop, Until, Value,
};
use flight_wasm::FuncIdx;

/// Decodes a module given as text.
pub(crate) fn module(text: &str) -> Module {
    let bytes = wat::parse_str(text).expect("the text is well-formed");
    Module::from_bytes(&bytes).expect("the module is valid")
}

/// An interpreter with one instance.
pub(crate) struct Machine {
    pub(crate) interpreter: Interpreter,
    pub(crate) instance: InstanceId,
}

impl Machine {
    pub(crate) fn new(text: &str) -> Self {
        Self::with(text, &Imports::new(), Config::default())
    }

    pub(crate) fn with(text: &str, imports: &Imports, config: Config) -> Self {
        let mut interpreter = Interpreter::new(config);
        let instance = interpreter
            .instantiate(&module(text), imports)
            .expect("the module is instantiated");
        Self {
            interpreter,
            instance,
        }
    }

    pub(crate) fn function(&self, name: &str) -> FuncRef {
        self.interpreter
            .exported_function(self.instance, name)
            .expect("the function is exported")
    }

    pub(crate) fn call(&mut self, name: &str, arguments: &[Value]) -> Result<Vec<Value>, Error> {
        self.interpreter
            .call_function(self.function(name), arguments)
    }

    pub(crate) fn start(&mut self, name: &str, arguments: &[Value]) {
        let function = self.function(name);
        self.interpreter
            .start(function, arguments)
            .expect("the call begins");
    }

    /// Runs until something stops it.
    pub(crate) fn run(&mut self) -> Stop {
        self.interpreter
            .run(Until::default())
            .expect("the machine is paused")
    }

    pub(crate) fn step(&mut self) -> Stop {
        self.interpreter.step().expect("the machine is paused")
    }

    /// The byte offset of an instruction of a function, both counted from 0.
    pub(crate) fn offset(&self, function: u32, instruction: usize) -> u32 {
        let module = self.interpreter.module(self.instance);
        Interpreter::instruction_offsets(module, FuncIdx(function))[instruction]
    }

    /// The innermost frame's next instruction.
    pub(crate) fn next(&self) -> String {
        let frame = self.interpreter.frame(0).expect("there is a frame");
        frame.instruction.expect("the frame is a guest's")
    }
}

pub(crate) fn i32s(values: &[i32]) -> Vec<Value> {
    values.iter().map(|value| Value::I32(*value)).collect()
}
