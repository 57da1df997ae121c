//! What states and stops are called in JavaScript.

use flight_runtime::{State, Stop};

/// A stop as JavaScript knows it.
pub(crate) fn stop_name(stop: Stop) -> String {
    match stop {
        Stop::Step => "Step",
        Stop::OutOfFuel => "OutOfFuel",
        Stop::Breakpoint => "Breakpoint",
        Stop::Log => "Log",
        Stop::Watchpoint => "Watchpoint",
        Stop::AwaitingHost => "AwaitingHost",
        Stop::Finished => "Finished",
        Stop::Trapped => "Trapped",
        Stop::Beginning => "Beginning",
    }
    .into()
}

/// A state as JavaScript knows it.
pub(crate) fn state_name(state: State) -> &'static str {
    match state {
        State::Idle => "Idle",
        State::Paused => "Paused",
        State::AwaitingHost => "AwaitingHost",
        State::Finished => "Finished",
        State::Trapped => "Trapped",
    }
}
