//! Finds a model's row by what a caller knows: provider, URL, model.

use super::load::Provider;
use super::{PriceTable, Query};

/// What a name was found to mean. Indices into the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// No provider goes by the name or the URL, or none claims the model.
    NoProvider,
    /// The provider is known, the model is not.
    NoModel,
    Model {
        model: u32,
        /// What holds where the model, an override, does not hold yet or is about other tiers.
        under: Option<u32>,
        /// Who sells it; an override may be for a provider that the data does not know.
        provider: Option<u16>,
    },
}

impl PriceTable {
    pub(crate) fn find(&self, query: &Query<'_>) -> Found {
        let key = [query.provider.unwrap_or(""), query.api_url.unwrap_or(""), query.model];
        self.found.get_or(key, || self.search(query))
    }

    fn search(&self, query: &Query<'_>) -> Found {
        let mut named = query.provider.map(|name| name.trim().to_lowercase());
        let mut model = query.model.trim().to_lowercase();
        if let Some(rest) =
            named.as_deref().filter(|&name| name == "litellm").and(model.split_once('/'))
        {
            // LiteLLM writes the provider before the model.
            (named, model) = (Some(rest.0.to_owned()), rest.1.to_owned());
        }
        let provider = self.provider_of(named.as_deref(), query.api_url, &model);
        let provider_id = provider.map(|index| &*self.providers[index].id);
        let names = [Some(model.as_str()), bare(&model)];
        let names = || names.into_iter().flatten();

        let mut above = self.overrides.iter().filter(|row| {
            let provider = row.provider.as_deref();
            let is_for =
                provider.is_none() || provider == provider_id || provider == named.as_deref();
            is_for && names().any(|name| row.clause.holds(name))
        });
        let above = (above.next(), above.next());
        let data =
            || provider.and_then(|index| names().find_map(|name| self.model_of(index, name)));
        let under = above.1.map(|row| row.model).or_else(data);
        // OK to cast: both are indices of lists that are built from a file, far below these limits.
        let provider_index = provider.map(|index| index as u16);
        match (above.0, under, provider) {
            (Some(row), under, _) => Found::Model {
                model: row.model as u32,
                under: under.map(|index| index as u32),
                provider: provider_index,
            },
            (None, Some(index), _) => {
                Found::Model { model: index as u32, under: None, provider: provider_index }
            }
            (None, None, Some(_)) => Found::NoModel,
            (None, None, None) => Found::NoProvider,
        }
    }

    /// The provider that goes by this name or else by this URL; where neither is said, the one
    /// that claims the model.
    pub(crate) fn provider_of(
        &self,
        name: Option<&str>,
        api_url: Option<&str>,
        model: &str,
    ) -> Option<usize> {
        let find = |claims: &dyn Fn(&Provider) -> bool| self.providers.iter().position(claims);
        if let Some(name) = name.filter(|name| !name.is_empty()) {
            let by_name = find(&|provider| *provider.id == *name).or_else(|| match alias(name) {
                Alias::Provider(id) => find(&|provider| *provider.id == *id),
                Alias::Nobody => None,
                Alias::Itself => find(&|provider| {
                    provider.provider_match.as_ref().is_some_and(|rule| rule.holds(name))
                }),
            });
            return by_name.or_else(|| api_url.and_then(|url| self.provider_at(url)));
        }
        match api_url.filter(|url| !url.is_empty()) {
            Some(url) => self.provider_at(url),
            None => find(&|provider| {
                provider.model_match.as_ref().is_some_and(|rule| rule.holds(model))
            }),
        }
    }

    fn provider_at(&self, url: &str) -> Option<usize> {
        self.providers.iter().position(|provider| provider.api_pattern.holds_at_start(url))
    }

    fn model_of(&self, provider: usize, name: &str) -> Option<usize> {
        let provider = &self.providers[provider];
        let own = |provider: &Provider| {
            provider.models.clone().find(|&index| self.models[index].clause.holds(name))
        };
        own(provider).or_else(|| {
            provider
                .fallbacks
                .iter()
                .find_map(|id| own(self.providers.iter().find(|other| other.id == *id)?))
        })
    }
}

/// The name without the path that clouds put before it, where there is one.
fn bare(model: &str) -> Option<&str> {
    let is_path = ["models/", "publishers/", "projects/", "arn:"];
    let has_path = is_path.iter().any(|start| model.starts_with(start));
    model.rsplit_once('/').filter(|_| has_path).map(|(_, name)| name)
}

enum Alias {
    /// A provider that the data calls otherwise.
    Provider(&'static str),
    /// A name that only looks like that of a provider.
    Nobody,
    Itself,
}

/// Names that OpenTelemetry's conventions and clients use, where the data's own rules miss them or
/// take them for somebody else (`azure.ai.openai` contains `openai`).
fn alias(name: &str) -> Alias {
    const ALIASES: &[(&str, &str)] = &[
        ("azure", "azure"),
        ("az.ai", "azure"),
        ("gcp.", "google"),
        ("vertex", "google"),
        ("aws", "aws"),
        ("bedrock", "aws"),
        ("x_ai", "x-ai"),
        ("fireworks", "fireworks"),
        ("together", "together"),
        ("moonshot", "moonshotai"),
        ("z.ai", "zai"),
    ];
    if ["openai-compat", "openai_compat", "openai-like", "openai_like"]
        .iter()
        .any(|start| name.starts_with(start))
    {
        return Alias::Nobody;
    }
    let alias = ALIASES.iter().find(|(start, _)| name.starts_with(start));
    alias.map_or(Alias::Itself, |&(_, id)| Alias::Provider(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(query: Query<'_>) -> String {
        PriceTable::embedded()
            .row(&query)
            .map_or_else(|error| error.to_string(), |row| row.to_string())
    }
    const NOW: u64 = 1_790_000_000_000_000_000;

    #[test]
    fn a_provider_goes_by_its_id_its_convention_name_and_its_url() {
        for (provider, model, expected) in [
            ("openai", "gpt-4o", "openai/gpt-4o"),
            ("azure.ai.openai", "gpt-4o", "openai/gpt-4o"),
            ("azure.ai.openai", "o4-mini", "azure/o4-mini"),
            ("aws.bedrock", "us.amazon.nova-pro-v1:0", "aws/amazon.nova-pro-v1:0"),
            ("gcp.vertex_ai", "gemini-2.5-pro", "google/gemini-2.5-pro"),
            ("gcp.vertex_ai", "claude-opus-4-5@20251101", "anthropic/claude-opus-4-5"),
            ("x_ai", "grok-4.3-20260101", "x-ai/grok-4.3"),
            ("mistral_ai", "mistral-large-latest", "mistral/mistral-large"),
            ("LiteLLM", "groq/llama-3.1-8b-instant", "groq/llama-3.1-8b-instant"),
        ] {
            assert_eq!(row(Query::new(model, NOW).provider(provider)), expected, "{provider}");
        }
        let url = "https://api.anthropic.com/v1/messages";
        let query = Query::new("claude-haiku-4-5-20251001", NOW);
        assert_eq!(row(query.api_url(url)), "anthropic/claude-haiku-4-5");
        assert_eq!(row(query), "anthropic/claude-haiku-4-5", "by the model alone");
        let azure = "https://mine.openai.azure.com/openai/deployments/x";
        assert_eq!(row(Query::new("o3-mini", NOW).api_url(azure)), "azure/o3-mini");
    }

    #[test]
    fn a_url_does_not_name_a_provider_by_what_stands_in_its_query() {
        let url = "https://proxy.example/?to=https://api.openai.com";
        assert!(row(Query::new("gpt-4o", NOW).api_url(url)).contains("no provider"));
    }

    #[test]
    fn paths_of_clouds_are_taken_off_and_other_paths_are_not() {
        let google = |model| row(Query::new(model, NOW).provider("google"));
        assert_eq!(google("models/gemini-2.5-pro"), "google/gemini-2.5-pro");
        assert_eq!(google("publishers/google/models/gemini-2.5-pro"), "google/gemini-2.5-pro");
        let arn = "arn:aws:bedrock:us-east-1:1:inference-profile/amazon.nova-lite-v1:0";
        assert_eq!(row(Query::new(arn, NOW).provider("bedrock")), "aws/amazon.nova-lite-v1:0");
        assert!(row(Query::new("mine/gpt-4o", NOW).provider("openai")).contains("no price"));
    }

    #[test]
    fn what_is_not_known_is_not_guessed() {
        assert!(
            row(Query::new("gpt-4o", NOW).provider("openai-compatible")).contains("no provider")
        );
        assert!(row(Query::new("gpt-4o", NOW).provider("acme")).contains("no provider"));
        assert!(row(Query::new("gpt-99", NOW).provider("openai")).contains("no price"));
        assert!(row(Query::new("", NOW)).contains("names no model"));
    }
}
