#[lumina::traced]
#[retry]
fn get<'life0, 'async_trait>(
    &'life0 mut self,
    key: String,
) -> ::core::pin::Pin<
    Box<dyn ::core::future::Future<Output = Result<String, Error>> + ::core::marker::Send + 'async_trait>,
>
where
    'life0: 'async_trait,
    Self: 'async_trait,
{
    Box::pin(async move {
        let __self = self;
        let key = key;
        let __ret: Result<String, Error> = { __self.load(key).await };
        __ret
    })
}
