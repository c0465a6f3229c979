#[derive(lumina::Classify)]
#[classify(with = judge, code = self.number, crate = crate::reexported)]
pub struct Failed {
    number: u32,
}
