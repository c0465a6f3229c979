#[cfg(not(lumina_loom))]
mod model;
#[cfg(lumina_loom)]
mod threads;
