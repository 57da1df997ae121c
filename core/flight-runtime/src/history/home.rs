//! Questions to the past: the machine goes back to be asked, and is then where it was.

use crate::Result;
use crate::history::Checkpoint;
use crate::interpreter::Interpreter;

impl Interpreter {
    /// Lets `ask` take the machine anywhere in its past. Afterwards it is what it was, whatever has happened.
    pub(crate) fn ask_past<R>(
        &mut self,
        operation: &str,
        ask: impl FnOnce(&mut Self) -> Result<R>,
    ) -> Result<R> {
        self.settle_memories();
        let history = self.must_record(operation)?;
        let here = self.moment();
        let before = history.checkpoint_before(here);
        let earlier = before.map(|at| &history.checkpoints[at]);
        // Not among the others, so that it is not dropped.
        let home = Checkpoint::of(self, here, true, earlier);
        let (seen, collected) = (self.seen, self.collected);
        let hits = self.watch_hits().to_vec();
        let error = self.breakpoints.error.clone();
        let answer = ask(self);
        if let Some(history) = &mut self.history {
            history.end = history.end.max(here);
            history.actions = here.actions;
        }
        let back = home.restore(self);
        (self.seen, self.collected) = (seen, collected);
        self.set_hits(hits);
        self.breakpoints.error = error;
        self.plan_checkpoint();
        back.and(answer)
    }

    /// Lets no copies be made on the way until the machine goes somewhere else.
    pub(crate) fn hold_checkpoints(&mut self) {
        if let Some(history) = &mut self.history {
            history.next_checkpoint = u64::MAX;
        }
    }

    /// Leaves copies of the machine on the way to the previous moment, the closer to it, the closer together:
    /// so that the past is searched in short intervals first. The machine may then be there.
    pub(crate) fn leave_copies(&mut self) -> Result<()> {
        let here = self.moment();
        let history = self.must_record("going back")?;
        let before = history.checkpoint_before(here);
        let since = before.map_or(0, |at| history.checkpoints[at].moment.time);
        if here.time.saturating_sub(since) <= self.grain() {
            return Ok(());
        }
        match self.previous()? {
            Some(previous) => self.go_to(previous),
            None => Ok(()),
        }
    }
}
