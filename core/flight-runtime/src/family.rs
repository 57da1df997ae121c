//! Families of opcodes for folded code, each made of the opcodes of a table.
//!
//! The family of an opcode is a module here, its members are named after the opcodes that they come from.

use crate::numeric::for_each_numeric;
use crate::op::{COUNT, code};

/// A family: one opcode for each of some that follow one another.
macro_rules! family {
    ($(#[$doc:meta])* $module:ident from $base:expr; $first:ident: $($name:ident)*) => {
        $(#[$doc])*
        #[allow(non_upper_case_globals, dead_code, reason = "named after the opcodes")]
        pub(crate) mod $module {
            use super::*;
            /// The family's first opcode.
            pub(crate) const BASE: u16 = $base;
            /// The opcode behind its last.
            pub(crate) const END: u16 = BASE + [$(code::$name),*].len() as u16;
            $(pub(crate) const $name: u16 = BASE + (code::$name - code::$first);)*

            /// The member that comes from an opcode.
            pub(crate) const fn of(opcode: u16) -> u16 {
                BASE + (opcode - code::$first)
            }

            /// The opcode that a member comes from; `None` if it is none of this family.
            pub(crate) fn base_of(opcode: u16) -> Option<u16> {
                (BASE..END).contains(&opcode).then(|| opcode - BASE + code::$first)
            }
        }
    };
}

macro_rules! families {
    (unary $unary:tt unary_trapping $unary_trapping:tt
     compare { $($compare:ident $f1:ident;)* }
     binary { $($binary:ident $f2:ident;)* }
     binary_trapping { $($trapping:ident $f3:ident;)* }
     load { $($load:ident $f4:ident;)* }
     store { $($store:ident $f5:ident;)* }) => {
        family! {
            /// `dst a immediate`
            imm from COUNT; I32Eq: $($compare)* $($binary)* $($trapping)*
        }
        family! {
            /// `a b target`: goes there if the comparison holds.
            br from imm::END; I32Eq: $($compare)*
        }
        family! {
            /// `a b target`: goes there if the comparison does not hold.
            br_not from br::END; I32Eq: $($compare)*
        }
        family! {
            /// `a immediate target`: goes there if the comparison holds.
            br_imm from br_not::END; I32Eq: $($compare)*
        }
        family! {
            /// `a immediate target`: goes there if the comparison does not hold.
            br_not_imm from br_imm::END; I32Eq: $($compare)*
        }
        family! {
            /// `dst address`: a load from a constant address.
            load_at from br_not_imm::END; I32Load: $($load)*
        }
        family! {
            /// `address value`: a store to a constant address.
            store_at from load_at::END; I32Store: $($store)*
        }
        family! {
            /// `address immediate offset`: a store of a constant.
            store_imm from store_at::END; I32Store: $($store)*
        }
    };
}
for_each_numeric! { families! {} }

/// The opcode behind the last.
pub(crate) const END: u16 = store_imm::END;
