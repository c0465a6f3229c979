#[derive(lumina::Classify)]
#[classify(kind = server)]
pub enum ModelError<E> {
    #[classify(kind = rate_limited, retry_after = wait, code = "slow_down")]
    Limited { wait: Option<Duration>, model: String },
    #[classify(kind = status, retryable = *status != 501)]
    Http { status: u16 },
    #[classify(transparent, code = format!("{_1}"))]
    Inner(#[source] Box<E>, u32),
    #[classify(with = kind_of)]
    Foreign(Fault),
    #[classify(permanent)]
    Closed,
    Broken,
}
