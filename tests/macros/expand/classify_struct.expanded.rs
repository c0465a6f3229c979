#[automatically_derived]
#[allow(non_shorthand_field_patterns, clippy::used_underscore_binding)]
impl crate::reexported::Classify for Failed {
    fn kind(&self) -> crate::reexported::__private::ErrorKind {
        let __lumina_error = self;
        match self {
            Self { .. } => {
                crate::reexported::__private::asked(&judge(__lumina_error)).kind
            }
        }
    }
    fn retryable(&self) -> crate::reexported::__private::core::primitive::bool {
        let __lumina_error = self;
        match self {
            Self { .. } => {
                crate::reexported::__private::asked(&judge(__lumina_error)).retryable
            }
        }
    }
    fn retry_after(
        &self,
    ) -> crate::reexported::__private::core::option::Option<
        crate::reexported::__private::core::time::Duration,
    > {
        let __lumina_error = self;
        match self {
            Self { .. } => {
                crate::reexported::__private::asked(&judge(__lumina_error)).retry_after
            }
        }
    }
    fn code(
        &self,
    ) -> crate::reexported::__private::core::option::Option<
        crate::reexported::__private::std::borrow::Cow<
            '_,
            crate::reexported::__private::core::primitive::str,
        >,
    > {
        match self {
            Self { .. } => crate::reexported::__private::SaysCode::says_code(self.number),
        }
    }
}
