//! The decoder's validator, which is called from here only.
//!
//! It is generic, so every crate that calls it would have it once more, and it is large.

use wasmparser::{
    BinaryReaderError, FuncToValidate, FuncValidator, FuncValidatorAllocations, FunctionBody,
    Operator, Parser, ValidPayload, Validator, ValidatorResources, WasmFeatures,
};

type Result<T> = core::result::Result<T, BinaryReaderError>;

/// Validates a function's body.
pub(crate) fn validate_body(
    function: FuncToValidate<ValidatorResources>,
    body: &FunctionBody<'_>,
    allocations: FuncValidatorAllocations,
) -> Result<FuncValidatorAllocations> {
    let mut validator = function.into_validator(allocations);
    validator.validate(body)?;
    Ok(validator.into_allocations())
}

/// Whether these bytes are a valid module that uses no other features.
pub(crate) fn is_valid(bytes: &[u8], features: WasmFeatures) -> bool {
    fn validate(bytes: &[u8], features: WasmFeatures) -> Result<()> {
        let mut validator = Validator::new_with_features(features);
        let mut allocations = FuncValidatorAllocations::default();
        let mut parser = Parser::new(0);
        parser.set_features(features);
        for payload in parser.parse_all(bytes) {
            if let ValidPayload::Func(function, body) = validator.payload(&payload?)? {
                allocations = validate_body(function, &body, allocations)?;
            }
        }
        Ok(())
    }
    validate(bytes, features).is_ok()
}

/// Takes a validator over a function's next instruction.
///
/// # Errors
/// If the instruction is not valid where the validator stands.
#[inline(never)]
pub fn validate_operator(
    validator: &mut FuncValidator<ValidatorResources>,
    offset: u64,
    operator: &Operator<'_>,
) -> Result<()> {
    validator.op(offset, operator)
}
