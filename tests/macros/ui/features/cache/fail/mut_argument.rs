#[lumina::cache]
fn fill(list: &mut Vec<u32>, to: u32) -> usize {
    list.extend(0..to);
    list.len()
}

fn main() {}
