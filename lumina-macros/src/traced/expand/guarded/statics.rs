//! The statics of a function with policies: its spans, and its plan.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Ident;

use super::Guarded;
use crate::grammar::duration::Time;
use crate::grammar::generated;
use crate::policy::{
    Backoff, BreakerPlan, Budget, CachePlan, Count, FallbackPlan, HedgePlan, LimitPlan, RetryPlan,
    Start,
};
use crate::traced::expand::start;

/// ```text
/// static SITE: Site = ..;
/// static ATTEMPT: Site = ..;
/// static FALLBACK: Site = ..;
/// static PLAN: Plan = Plan::new(&SITE, &ATTEMPT, &FALLBACK).retry(..).attempt_timeout(..);
/// ```
pub(super) fn statics(guarded: &Guarded<'_>) -> TokenStream {
    let Guarded { call, policies, private, .. } = guarded;
    if policies.only_cached {
        return only_cached(guarded);
    }
    let site = start::site(&call.site, private);
    let kind = &call.site.kind;
    let keys = match policies.hedge {
        None => generated!(ATTEMPT_KEYS),
        Some(_) => generated!(HEDGED_ATTEMPT_KEYS),
    };
    let attempt =
        child(guarded, &generated!(__LUMINA_ATTEMPT), &policies.attempt_name, &keys, kind);
    let (fallback, fallback_site) = match policies.fallbacks.is_empty() {
        true => (TokenStream::new(), generated!(__LUMINA_ATTEMPT)),
        false => {
            let site = generated!(__LUMINA_FALLBACK);
            let internal = Ident::new("Internal", kind.span());
            let keys = generated!(FALLBACK_KEYS);
            (child(guarded, &site, &policies.fallback_name, &keys, &internal), site)
        }
    };
    let settings = settings(guarded);
    let listed = start::listed(call);
    generated! {
        #site
        #attempt
        #fallback
        #[allow(clippy::needless_update)]
        static __LUMINA_PLAN: #private::Plan =
            #private::Plan::new(&__LUMINA_SITE, &__LUMINA_ATTEMPT, &#fallback_site) #settings;
        #listed
    }
}

/// A cache alone has no attempts, and so no sites for them.
fn only_cached(guarded: &Guarded<'_>) -> TokenStream {
    let Guarded { call, policies, private, .. } = guarded;
    let site = start::site(&call.site, private);
    let cache = policies.cache.as_ref().map(|plan| cache(plan, private));
    let listed = start::listed(call);
    generated! {
        #site
        static __LUMINA_PLAN: #private::Plan =
            #private::Plan::new(&__LUMINA_SITE, &__LUMINA_SITE, &__LUMINA_SITE) #cache;
        #listed
    }
}

/// The site of an attempt or a fallback: as visible as the operation.
fn child(
    guarded: &Guarded<'_>,
    site: &TokenStream,
    name: &str,
    keys: &TokenStream,
    kind: &Ident,
) -> TokenStream {
    let private = guarded.private;
    let (target, level) = (&guarded.call.site.target, &guarded.call.site.level);
    generated! {
        static #site: #private::Site = #private::Site::new(
            &#site,
            #name,
            #target,
            #level,
            #private::core::file!(),
            #private::core::line!(),
            #private::core::module_path!(),
            #private::#keys,
            #private::SpanKind::#kind,
            #private::Operation::Unspecified,
        );
    }
}

fn settings(guarded: &Guarded<'_>) -> TokenStream {
    let Guarded { policies, private, call, .. } = guarded;
    let time = |method: TokenStream, time: &Option<Time>| {
        time.as_ref().map(|time| {
            let time = time.tokens(private);
            generated!(.#method(#time))
        })
    };
    let retry = policies.retry.as_ref().map(|plan| retry(plan, private));
    let attempt = time(generated!(attempt_timeout), &policies.attempt_timeout);
    let total = time(generated!(total_timeout), &policies.total_timeout);
    let hedge = policies.hedge.as_ref().map(|plan| hedge(plan, policies.retry.is_some(), private));
    let breaker = policies.breaker.as_ref().map(|plan| breaker(plan, &call.site.name, private));
    let limit = limit(&policies.limit, private);
    let cache = policies.cache.as_ref().map(|plan| cache(plan, private));
    let fallbacks = (!policies.fallbacks.is_empty()).then(|| {
        let fallbacks = policies.fallbacks.iter().map(|plan| fallback(plan, private));
        generated!(.fallbacks(&[#(#fallbacks),*]))
    });
    generated!(#retry #attempt #total #hedge #breaker #limit #cache #fallbacks)
}

fn retry(plan: &RetryPlan, private: &TokenStream) -> TokenStream {
    let RetryPlan { max, backoff, budget, retry_after, .. } = plan;
    let max = count(max);
    let backoff = self::backoff(backoff, private);
    let budget = match budget {
        Budget::Own => None,
        Budget::Off => Some(generated!(.budget_off())),
        Budget::Named(name) => Some(generated!(.budget_named(#name))),
    };
    generated! {
        .retry(#private::Retry {
            max: #private::calls(#max),
            backoff: #backoff,
            retry_after: #retry_after,
        })
        #budget
    }
}

fn backoff(backoff: &Backoff, private: &TokenStream) -> TokenStream {
    let Backoff { constructor, start, factor, max_delay, jitter } = backoff;
    let start = match start {
        Start::Base(base) => base.tokens(private),
        Start::Schedule(path) => path.to_token_stream(),
    };
    let factor = factor.map(|factor| generated!(.with_factor(#factor)));
    let max_delay = max_delay.as_ref().map(|longest| {
        let longest = longest.tokens(private);
        generated!(.with_max_delay(#longest))
    });
    let jitter = jitter.as_ref().map(|jitter| generated!(.with_jitter(#private::Jitter::#jitter)));
    generated!(#private::Backoff::#constructor(#start) #factor #max_delay #jitter)
}

/// Hedges are paid from the budget of the retries, or from one of their own.
fn hedge(plan: &HedgePlan, retries: bool, private: &TokenStream) -> TokenStream {
    let (max, after) = (count(&plan.max), plan.after.tokens(private));
    let budget = (!retries).then(|| generated!(.budget_own()));
    generated! {
        #budget
        .hedge(#private::Hedge { max: #private::hedged_calls(#max), after: #after })
    }
}

fn cache(plan: &CachePlan, private: &TokenStream) -> TokenStream {
    let CachePlan { ttl, capacity, single_flight, .. } = plan;
    let capacity = count(capacity);
    let ttl = option(ttl.as_ref().map(|ttl| ttl.tokens(private)), private);
    generated!(.cache(#private::cache::capacity(#capacity), #ttl, #single_flight))
}

fn breaker(plan: &BreakerPlan, own: &TokenStream, private: &TokenStream) -> TokenStream {
    let BreakerPlan { shared, rate, min_calls, window, open, half_open } = plan;
    let counted = |name: TokenStream, given: &Option<Count>| {
        given.as_ref().map(|given| {
            let given = count(given);
            generated!(#name: #given,)
        })
    };
    let timed = |name: TokenStream, given: &Option<Time>| {
        given.as_ref().map(|given| {
            let given = given.tokens(private);
            generated!(#name: #given,)
        })
    };
    let rate = rate.map(|rate| generated!(rate: #rate,));
    let min_calls = counted(generated!(min_calls), min_calls);
    let window = timed(generated!(window), window);
    let open = timed(generated!(open), open);
    let half_open = counted(generated!(half_open), half_open);
    let given = generated!(#rate #min_calls #window #open #half_open);
    let config = match given.is_empty() {
        true => generated!(#private::BreakerConfig::DEFAULT),
        false => generated! {
            #private::BreakerConfig { #given ..#private::BreakerConfig::DEFAULT }
        },
    };
    match shared {
        Some(name) => generated!(.breaker_named(#name, #config)),
        None => generated!(.breaker(#own, #config)),
    }
}

fn limit(plan: &LimitPlan, private: &TokenStream) -> TokenStream {
    let LimitPlan { shared, concurrency, requests_per_minute, tokens, max_wait } = plan;
    let places = concurrency.as_ref().map(|(permits, queue)| {
        let (permits, queue) = (count(permits), count(queue));
        generated!(.concurrency(#permits, #queue))
    });
    let waits = concurrency.as_ref().and(max_wait.as_ref()).map(|longest| {
        let longest = longest.tokens(private);
        generated!(.max_wait(#longest))
    });
    let some = |value: TokenStream| generated!(#private::core::option::Option::Some(#value));
    let requests = requests_per_minute.as_ref().map(|requests| {
        let requests = count(requests);
        let requests = some(generated!(#private::calls(#requests)));
        generated!(requests_per_minute: #requests,)
    });
    let tokens = tokens.as_ref().map(|tokens| {
        let tokens = count(&tokens.per_minute);
        let tokens = some(generated!(#private::tokens_a_minute(#tokens)));
        generated!(tokens_per_minute: #tokens,)
    });
    let rate = (requests.is_some() || tokens.is_some()).then(|| {
        let longest = max_wait.as_ref().map(|longest| {
            let longest = longest.tokens(private);
            generated!(max_wait: #longest,)
        });
        generated! {
            .rate(#private::RateConfig {
                #requests
                #tokens
                #longest
                ..#private::RateConfig::DEFAULT
            })
        }
    });
    let shared = shared.as_ref().map(|name| generated!(.limit_named(#name)));
    generated!(#shared #places #waits #rate)
}

fn fallback(plan: &FallbackPlan, private: &TokenStream) -> TokenStream {
    let name = &plan.name;
    let level = option(plan.level.as_ref().map(|level| generated!(#level)), private);
    let timeout = option(plan.timeout.as_ref().map(|timeout| timeout.tokens(private)), private);
    generated!(#private::FallbackPlan { name: #name, level: #level, timeout: #timeout })
}

fn option(value: Option<TokenStream>, private: &TokenStream) -> TokenStream {
    match value {
        Some(value) => generated!(#private::core::option::Option::Some(#value)),
        None => generated!(#private::core::option::Option::None),
    }
}

fn count(count: &Count) -> TokenStream {
    match count {
        Count::Known(number) => proc_macro2::Literal::u64_unsuffixed(*number).into_token_stream(),
        Count::Constant(expr) => expr.to_token_stream(),
    }
}
