//! What the examples need and do not teach.
