//! The array that the linker makes: one pointer for each traced function.
//!
//! A section whose name is a C identifier is collected into one piece by the linkers of ELF, which
//! also define `__start_` and `__stop_` symbols for it; Mach-O has such symbols for every section,
//! and COFF sorts the parts of a section by what follows the `$`.
//!
//! ```text
//! traced functions   static: &Listed   in section     lumina_traced_0_1
//! this module        START, STOP       around it
//! ```
//!
//! The section is named after the version, since a program may link two that lay out [`Listed`]
//! differently, and a linker joins all sections of one name.
//!
//! The crate `linkme` does the same behind an attribute macro of its own. For 250 functions that is
//! 0.13 s more of `cargo check` and 0.4 s more of a release build than a plain static (0.03 s, 0.1
//! s), and it does not compile on a platform without such a section. The crate `inventory` instead
//! runs a constructor for each function before `main`, at 130 bytes of code and data each.

use super::entry::{Attribute, Entry};
use crate::call::Plan;
use crate::span::Site;

/// One traced function. Generated code makes them, through `listed!`.
#[derive(Clone, Copy)]
pub struct Listed {
    site: &'static Site,
    /// The indices of the keys whose values are never recorded as they are.
    redacted: &'static [usize],
    plan: Option<&'static Plan>,
    block: bool,
}

impl Listed {
    /// A function.
    #[must_use]
    pub const fn function(site: &'static Site, redacted: &'static [usize]) -> Listed {
        Listed { site, redacted, plan: None, block: false }
    }

    /// A `span!`.
    #[must_use]
    pub const fn block(site: &'static Site) -> Listed {
        Listed { site, redacted: &[], plan: None, block: true }
    }

    /// A function with policies.
    #[must_use]
    pub const fn with_policies(mut self, plan: &'static Plan) -> Listed {
        self.plan = Some(plan);
        self
    }

    pub(super) fn declared_policies(&self) -> Option<&'static Plan> {
        self.plan
    }

    pub(super) fn entry(&self) -> Entry {
        let metadata = self.site.metadata();
        let attribute = |(at, &key)| Attribute { key, redacted: self.redacted.contains(&at) };
        Entry {
            name: metadata.name(),
            operation: self.site.operation().as_str(),
            kind: self.site.kind().as_str(),
            level: metadata.level().as_str(),
            block: self.block,
            attributes: self.site.keys().iter().enumerate().map(attribute).collect(),
            policies: self.plan.map(Plan::described).unwrap_or_default(),
            file: metadata.file().unwrap_or_default(),
            line: metadata.line().unwrap_or_default(),
            module_path: metadata.module_path().unwrap_or_default(),
        }
    }
}

impl std::fmt::Debug for Listed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Listed").field("site", &self.site).finish_non_exhaustive()
    }
}

/// Adds a [`Listed`], a constant expression, to the inventory.
#[doc(hidden)]
#[macro_export]
macro_rules! __listed {
    ($listed:expr) => {
        #[used]
        #[cfg_attr(
            any(
                target_os = "linux",
                target_os = "android",
                target_os = "fuchsia",
                target_os = "freebsd",
                target_os = "openbsd"
            ),
            unsafe(link_section = "lumina_traced_0_1")
        )]
        #[cfg_attr(
            target_vendor = "apple",
            unsafe(link_section = "__DATA,__lumina_0_1,regular,no_dead_strip")
        )]
        #[cfg_attr(target_os = "windows", unsafe(link_section = ".lum0_1$b"))]
        static __LUMINA_LISTED: &$crate::__private::Listed = &$listed;
    };
}

/// All of the program.
pub(super) fn all() -> impl Iterator<Item = &'static Listed> {
    bounds().filter_map(|place| {
        // SAFETY: an aligned place of the array, each of which is a `&Listed`, or zero: the
        // placeholders of this module, and what a linker may put between two parts.
        unsafe { place.read() }
    })
}

/// A place of the array.
type Place = *const Option<&'static Listed>;

/// The places from `start` to before `stop`.
#[allow(dead_code, reason = "not every platform has such a section")]
fn between(start: Place, stop: Place) -> impl Iterator<Item = Place> {
    let places = (stop.addr() - start.addr()) / size_of::<Option<&'static Listed>>();
    // OK not to stay within one allocation: the array consists of many statics.
    (0..places).map(move |at| start.wrapping_add(at))
}

#[cfg(all(
    not(miri),
    any(
        target_os = "linux",
        target_os = "android",
        target_os = "fuchsia",
        target_os = "freebsd",
        target_os = "openbsd",
        target_vendor = "apple"
    )
))]
fn bounds() -> impl Iterator<Item = Place> {
    use std::ptr::{addr_of, null_mut};
    use std::sync::atomic::AtomicPtr;

    /// So that there is a section in a program without traced functions. Writable, as the other
    /// parts are until their pointers are relocated.
    #[used]
    #[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = "lumina_traced_0_1"))]
    #[cfg_attr(
        target_vendor = "apple",
        unsafe(link_section = "__DATA,__lumina_0_1,regular,no_dead_strip")
    )]
    static NOTHING: AtomicPtr<Listed> = AtomicPtr::new(null_mut());

    // SAFETY: the linker defines both, at the ends of the section of which `NOTHING` is a part.
    unsafe extern "C" {
        #[cfg_attr(not(target_vendor = "apple"), link_name = "__start_lumina_traced_0_1")]
        #[cfg_attr(target_vendor = "apple", link_name = "\x01section$start$__DATA$__lumina_0_1")]
        static START: [usize; 0];
        #[cfg_attr(not(target_vendor = "apple"), link_name = "__stop_lumina_traced_0_1")]
        #[cfg_attr(target_vendor = "apple", link_name = "\x01section$end$__DATA$__lumina_0_1")]
        static STOP: [usize; 0];
    }
    // OK: only the addresses are taken.
    between(addr_of!(START).cast(), addr_of!(STOP).cast())
}

#[cfg(all(not(miri), target_os = "windows"))]
fn bounds() -> impl Iterator<Item = Place> {
    /// The parts of the section are sorted by their names, so that this is the first.
    #[used]
    #[unsafe(link_section = ".lum0_1$a")]
    static START: usize = 0;
    #[used]
    #[unsafe(link_section = ".lum0_1$c")]
    static STOP: usize = 0;

    between(std::ptr::from_ref(&START).cast(), std::ptr::from_ref(&STOP).cast())
}

#[cfg(any(
    miri,
    not(any(
        target_os = "linux",
        target_os = "android",
        target_os = "fuchsia",
        target_os = "freebsd",
        target_os = "openbsd",
        target_os = "windows",
        target_vendor = "apple"
    ))
))]
fn bounds() -> impl Iterator<Item = Place> {
    std::iter::empty()
}

#[cfg(test)]
mod tests {
    #[test]
    fn another_version_has_another_section() {
        let part = |name: &str| name.rsplit_once('.').map(|(version, _)| version.replace('.', "_"));
        let own = include_str!("listed.rs");
        let version = part(env!("CARGO_PKG_VERSION")).unwrap_or_default();
        assert!(own.contains(&format!("link_section = \"lumina_traced_{version}\"")));
        assert!(own.contains(&format!("link_section = \"__DATA,__lumina_{version},")));
        assert!(own.contains(&format!("link_section = \".lum{version}$b\"")));
    }
}
