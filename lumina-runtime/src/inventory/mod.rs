//! The inventory: what is traced in a program, known before any of it has run.
//!
//! The macros put one pointer for each traced function into a section of the program, which the
//! linker makes one array of (`listed`). Nothing runs at start-up, and a call never looks here.

mod entry;
mod listed;
#[cfg(feature = "json")]
mod serialize;

pub use entry::{Attribute, Entry, Policy, Setting};
#[doc(hidden)]
pub use listed::Listed;

/// Returns every traced function and `span!` block of the program, sorted by name, then by file
/// and line.
///
/// All that is linked is listed, called or not: methods, generic functions, functions that a macro
/// made, those of dependencies. A function made by a `macro_rules!` macro is listed once for each
/// use of the macro. What has run, and whether anybody records it, makes no difference.
///
/// # Platforms
///
/// Linux, Android, Fuchsia, FreeBSD, OpenBSD, Windows, and those of Apple; empty elsewhere, and
/// under Miri. A shared library lists what is linked into it.
///
/// # Examples
///
/// ```
/// # extern crate lumina_runtime as lumina;
/// for entry in lumina::inventory() {
///     println!("{entry}");
/// }
/// ```
#[must_use]
pub fn inventory() -> Vec<Entry> {
    let mut entries: Vec<Entry> = listed::all().map(Listed::entry).collect();
    entries.sort_by(|a, b| (a.name, a.file, a.line).cmp(&(b.name, b.file, b.line)));
    entries
}

/// The policies of the program, as their functions declare them, in no order.
#[cfg_attr(not(feature = "config"), allow(dead_code, reason = "a file is checked against it"))]
pub(crate) fn plans() -> impl Iterator<Item = &'static crate::call::Plan> {
    listed::all().filter_map(Listed::declared_policies)
}
