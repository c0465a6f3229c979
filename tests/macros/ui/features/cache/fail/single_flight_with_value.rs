#[lumina::cache(single_flight = true)]
fn ask(prompt: String) -> String {
    prompt
}

fn main() {}
