//! Pipelines: their ends, their numbers, and what they promise wherever they are called from.

mod capture;
mod exits;
mod exporters;
mod matrix;
mod numbers;
