#[lumina::traced]
#[retry]
async fn send(self, to: Address) -> Result<(), Error> {
    let request = self;
    request.send(to).await
}
