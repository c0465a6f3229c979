//! `std::process::exit`: the last spans are delivered there too.

/// Has the installed pipeline ended when the process exits without dropping the guard.
///
/// Unix only: elsewhere `std::process::exit` does not run the C library's handlers.
#[cfg(unix)]
pub(super) fn hook_once() {
    use std::ffi::c_int;
    use std::sync::Once;

    // SAFETY: the C standard's `atexit`, with its signature; every libc has it.
    unsafe extern "C" {
        fn atexit(callback: extern "C" fn()) -> c_int;
    }

    extern "C" fn at_exit() {
        // A panic must not leave a function that C calls; the hook has shown its message.
        let _ = std::panic::catch_unwind(|| {
            if let Some(installed) = super::install::installed() {
                installed.end();
            }
        });
    }

    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: the callback is a function of the program, valid for as long as it runs. A
        // refusal leaves the guard's drop as the only end.
        unsafe { atexit(at_exit) };
    });
}

#[cfg(not(unix))]
pub(super) fn hook_once() {}
