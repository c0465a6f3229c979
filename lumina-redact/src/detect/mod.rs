//! Detectors: what runs where a scan stopped. One file a kind of value; each looks at a bounded
//! window and hands what it finds to [`Scan::push`](crate::scan::Scan::push).

pub(crate) mod assign;
pub(crate) mod card;
pub(crate) mod cookies;
pub(crate) mod dates;
pub(crate) mod email;
pub(crate) mod keys;
pub(crate) mod near;
pub(crate) mod network;
pub(crate) mod numbers;
pub(crate) mod phone;
pub(crate) mod secrets;
mod stand_in;
pub(crate) mod streets;
pub(crate) mod tokens;
pub(crate) mod wallets;
