#[lumina::traced]
async fn serve(listener: Listener) -> ! {
    loop {
        listener.accept().await;
    }
}
