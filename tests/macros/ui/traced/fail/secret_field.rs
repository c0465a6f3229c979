#![allow(unused)]

#[lumina::traced(attrs(key = config.api_key.clone()))]
fn connect(config: &Config) {}

struct Config {
    api_key: String,
}

fn main() {
    connect(&Config { api_key: "secret".into() });
}
