#[automatically_derived]
#[allow(non_shorthand_field_patterns, clippy::used_underscore_binding)]
impl<E> ::lumina::Classify for ModelError<E>
where
    Box<E>: ::lumina::Classify,
{
    fn kind(&self) -> ::lumina::__private::ErrorKind {
        match self {
            Self::Limited { .. } => ::lumina::__private::ErrorKind::RateLimited,
            Self::Http { status: status, .. } => {
                ::lumina::__private::SaysKind::says_kind(status)
            }
            Self::Inner { 0: __lumina_0, .. } => {
                ::lumina::__private::classify_inner!(__lumina_0).kind
            }
            Self::Foreign { 0: __lumina_0, .. } => {
                ::lumina::__private::asked(&kind_of(__lumina_0)).kind
            }
            Self::Closed { .. } => ::lumina::__private::ErrorKind::Server,
            Self::Broken { .. } => ::lumina::__private::ErrorKind::Server,
        }
    }
    fn retryable(&self) -> ::lumina::__private::core::primitive::bool {
        match self {
            Self::Http { status: status, .. } => *status != 501,
            Self::Inner { 0: __lumina_0, .. } => {
                ::lumina::__private::classify_inner!(__lumina_0).retryable
            }
            Self::Foreign { 0: __lumina_0, .. } => {
                ::lumina::__private::asked(&kind_of(__lumina_0)).retryable
            }
            Self::Closed { .. } => false,
            _ => {
                ::lumina::__private::ErrorKind::is_retryable(
                    ::lumina::__private::Classify::kind(self),
                )
            }
        }
    }
    fn retry_after(
        &self,
    ) -> ::lumina::__private::core::option::Option<
        ::lumina::__private::core::time::Duration,
    > {
        match self {
            Self::Limited { wait: wait, .. } => {
                ::lumina::__private::SaysRetryAfter::says_retry_after(wait)
            }
            Self::Inner { 0: __lumina_0, .. } => {
                ::lumina::__private::classify_inner!(__lumina_0).retry_after
            }
            Self::Foreign { 0: __lumina_0, .. } => {
                ::lumina::__private::asked(&kind_of(__lumina_0)).retry_after
            }
            _ => ::lumina::__private::core::option::Option::None,
        }
    }
    fn code(
        &self,
    ) -> ::lumina::__private::core::option::Option<
        ::lumina::__private::std::borrow::Cow<
            '_,
            ::lumina::__private::core::primitive::str,
        >,
    > {
        match self {
            Self::Limited { .. } => {
                ::lumina::__private::core::option::Option::Some(
                    ::lumina::__private::std::borrow::Cow::Borrowed("slow_down"),
                )
            }
            Self::Inner { 1: _1, .. } => {
                ::lumina::__private::SaysCode::says_code(format!("{_1}"))
            }
            Self::Foreign { 0: __lumina_0, .. } => {
                ::lumina::__private::asked(&kind_of(__lumina_0)).code
            }
            _ => ::lumina::__private::core::option::Option::None,
        }
    }
}
