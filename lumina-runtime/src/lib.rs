//! Records, collects and ships spans.
