//! What a panic said, kept for the spans that it leaves.
//!
//! A guard that is dropped during unwinding cannot see the payload, and catching the panic to look
//! at it would cost every call; the panic hook sees it once.

use std::cell::RefCell;
use std::panic::PanicHookInfo;
use std::sync::Once;

/// A panic's message and place.
#[derive(Clone, Debug)]
pub(super) struct Noted {
    pub(super) message: String,
    pub(super) location: String,
}

thread_local! {
    static LAST: RefCell<Option<Noted>> = const { RefCell::new(None) };
}

/// Puts a hook before the one in place that notes the message for the spans of the thread. Once a
/// process; the hook in place runs as before.
pub(crate) fn note_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            note(info);
            before(info);
        }));
    });
}

fn note(info: &PanicHookInfo<'_>) {
    let payload = info.payload();
    let message = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic whose payload is not text".to_owned());
    let location = info.location().map(ToString::to_string).unwrap_or_default();
    // Neither a thread that is ending nor a panic while the slot is in use may panic again.
    let _ = LAST.try_with(|last| {
        if let Ok(mut last) = last.try_borrow_mut() {
            *last = Some(Noted { message, location });
        }
    });
}

/// The panic that the thread is unwinding for. Each span that it leaves asks.
pub(super) fn take_panic() -> Option<Noted> {
    LAST.try_with(|last| last.try_borrow().ok().and_then(|last| last.clone())).ok().flatten()
}
