use std::rc::Rc;

#[lumina::cache]
fn ask(prompt: String) -> Rc<String> {
    Rc::new(prompt)
}

fn main() {}
