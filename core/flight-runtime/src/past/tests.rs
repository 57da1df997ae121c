//! What is told of the past is what was seen when it was the present.
