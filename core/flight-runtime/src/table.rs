//! Tables. Spec: syntax-tableinst

use alloc::vec::Vec;
use core::ops::Range;

use flight_memory::{Budget, BudgetExceeded, Pages};
use flight_wasm::TableType;

/// A table: references as slots, and how far it may grow.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) ty: TableType,
    elements: Vec<u64>,
}

/// An access of entries outside of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TableOutOfBounds;

impl Table {
    /// A table of the type's minimum size, every entry `init`.
    pub(crate) fn new(
        ty: TableType,
        init: u64,
        budget: &mut Budget,
    ) -> Result<Self, BudgetExceeded> {
        let mut table = Self {
            ty,
            elements: Vec::new(),
        };
        match table.grow(ty.limits.minimum, init, budget) {
            Some(_) => Ok(table),
            None => Err(BudgetExceeded {
                wanted: ty.limits.minimum.saturating_mul(8),
                left: budget.limit() - budget.used(),
            }),
        }
    }

    pub(crate) fn size(&self) -> u64 {
        self.elements.len() as u64
    }

    /// The type with the size that the table has now as its minimum: what linking compares.
    pub(crate) fn current_type(&self) -> TableType {
        let mut ty = self.ty;
        ty.limits.minimum = self.size();
        ty
    }

    // Spec: grow-table
    pub(crate) fn grow(&mut self, delta: u64, init: u64, budget: &mut Budget) -> Option<u64> {
        let old = self.size();
        let new = old.checked_add(delta)?;
        if new > self.most() {
            return None;
        }
        let new = usize::try_from(new).ok()?;
        let bytes = delta.checked_mul(8)?;
        budget.take(bytes).ok()?;
        if self
            .elements
            .try_reserve_exact(new - self.elements.len())
            .is_err()
        {
            budget.give_back(bytes);
            return None;
        }
        self.elements.resize(new, init);
        Some(old)
    }

    /// The size that its type allows.
    fn most(&self) -> u64 {
        let most = if self.ty.is64 {
            u64::MAX
        } else {
            u64::from(u32::MAX)
        };
        self.ty.limits.maximum.unwrap_or(most).min(most)
    }

    /// Whether its type allows so many entries.
    pub(crate) fn may_have(&self, size: u64) -> bool {
        (self.ty.limits.minimum..=self.most()).contains(&size)
    }

    /// Puts back entries that it once had. The budget is not asked: whoever puts back a state has seen to that.
    pub(crate) fn set_elements(&mut self, elements: Vec<u64>) {
        self.elements = elements;
    }

    #[inline(always)]
    pub(crate) fn get(&self, index: u64) -> Option<u64> {
        self.elements.get(usize::try_from(index).ok()?).copied()
    }

    pub(crate) fn set(&mut self, index: u64, value: u64) -> Result<(), TableOutOfBounds> {
        let range = self.range(index, 1)?;
        self.elements[range].fill(value);
        Ok(())
    }

    pub(crate) fn fill(
        &mut self,
        index: u64,
        value: u64,
        length: u64,
    ) -> Result<(), TableOutOfBounds> {
        let range = self.range(index, length)?;
        self.elements[range].fill(value);
        Ok(())
    }

    pub(crate) fn copy_within(
        &mut self,
        to: u64,
        from: u64,
        length: u64,
    ) -> Result<(), TableOutOfBounds> {
        let source = self.range(from, length)?;
        let target = self.range(to, length)?;
        self.elements.copy_within(source, target.start);
        Ok(())
    }

    /// All entries.
    pub(crate) fn elements(&self) -> &[u64] {
        &self.elements
    }

    /// Lets the table hold what it held when it was copied, at the size that it then had.
    pub(crate) fn restore(
        &mut self,
        copy: &Pages<u64>,
        budget: &mut Budget,
    ) -> Result<(), BudgetExceeded> {
        let (now, wanted) = (self.elements.len(), copy.length());
        let bytes = |entries: usize| entries as u64 * 8;
        match wanted.checked_sub(now) {
            Some(added) => budget.take(bytes(added))?,
            None => budget.give_back(bytes(now - wanted)),
        }
        self.elements.resize(wanted, 0);
        copy.write_to(&mut self.elements);
        Ok(())
    }

    /// Writes `values` from `index` on.
    pub(crate) fn write(&mut self, index: u64, values: &[u64]) -> Result<(), TableOutOfBounds> {
        let range = self.range(index, values.len() as u64)?;
        self.elements[range].copy_from_slice(values);
        Ok(())
    }

    /// Entries `index .. index + length`.
    pub(crate) fn read(&self, index: u64, length: u64) -> Result<&[u64], TableOutOfBounds> {
        let range = self.range(index, length)?;
        Ok(&self.elements[range])
    }

    fn range(&self, index: u64, length: u64) -> Result<Range<usize>, TableOutOfBounds> {
        match index.checked_add(length) {
            Some(end) if end <= self.size() => Ok(index as usize..end as usize),
            _ => Err(TableOutOfBounds),
        }
    }
}
