#[cfg(not(lumina_loom))]
mod order;
#[cfg(lumina_loom)]
mod threads;
