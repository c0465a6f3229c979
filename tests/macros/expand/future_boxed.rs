#[lumina::traced]
fn call(&mut self, request: Request) -> Pin<Box<dyn Future<Output = Response> + Send>> {
    if request.is_empty() {
        return Box::pin(ready(Response::empty()));
    }
    self.inner.call(request)
}
