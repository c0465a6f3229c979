#[lumina::traced]
async fn warm_up() {
    load().await;
}
