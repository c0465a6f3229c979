#![allow(unused)]

trait Answer {
    #[lumina::traced]
    fn answer(&self, question: &str) -> String;
}

impl Answer for () {
    fn answer(&self, question: &str) -> String {
        question.into()
    }
}

fn main() {
    ().answer("why?");
}
