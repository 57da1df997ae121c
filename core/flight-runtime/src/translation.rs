//! Which translation a machine executes.

use crate::Translation;
use crate::interpreter::Interpreter;

impl Interpreter {
    /// The translation that functions are executed in.
    pub fn translation(&self) -> Translation {
        self.translation
    }

    /// Changes the translation. Allowed whenever the machine rests; what can be seen stays as it is.
    pub fn set_translation(&mut self, translation: Translation) {
        self.translation = translation;
    }
}
