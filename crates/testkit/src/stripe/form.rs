//! Reading forms as Stripe does: fields with brackets, such as `metadata[cart_id]`.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

use super::refusal::StripeError;

/// The fields of a request, by their whole names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Form {
    fields: BTreeMap<String, String>,
}

impl Form {
    /// Reads `a=1&b[c]=2`. Of two fields of one name the last counts.
    pub(super) fn read(text: &str) -> Self {
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        let fields = pairs.map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(value))
        });
        Self { fields: fields.collect() }
    }

    /// The fields of a flat JSON object.
    pub(super) fn read_json(body: &[u8]) -> Option<Self> {
        let object: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(body).ok()?;
        let fields = object.into_iter().map(|(name, value)| match value {
            serde_json::Value::String(text) => (name, text),
            other => (name, other.to_string()),
        });
        Some(Self { fields: fields.collect() })
    }

    /// A field; an empty one counts as missing.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }

    /// A field that must be there.
    pub(super) fn needed(&self, name: &'static str) -> Result<&str, StripeError> {
        self.text(name).ok_or_else(|| {
            StripeError::invalid(format!("Missing required param: {name}.")).code("parameter_missing").at(name)
        })
    }

    /// A whole number above zero, where there is one.
    pub(super) fn amount(&self, name: &'static str) -> Result<Option<i64>, StripeError> {
        let Some(text) = self.text(name) else { return Ok(None) };
        match text.parse::<i64>() {
            Ok(amount) if amount > 0 => Ok(Some(amount)),
            Ok(_) => Err(StripeError::invalid("This value must be greater than or equal to 1.")
                .code("parameter_invalid_integer")
                .at(name)),
            Err(_) => {
                Err(StripeError::invalid(format!("Invalid integer: {text}")).code("parameter_invalid_integer").at(name))
            }
        }
    }

    /// Yes or no; no where it is missing.
    pub(super) fn flag(&self, name: &'static str) -> Result<bool, StripeError> {
        match self.text(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(text) => Err(StripeError::invalid(format!("Invalid boolean: {text}")).at(name)),
        }
    }

    /// One of these words, where there is one.
    pub(super) fn word(&self, name: &'static str, allowed: &[&str]) -> Result<Option<&str>, StripeError> {
        match self.text(name) {
            Some(text) if !allowed.contains(&text) => {
                Err(StripeError::invalid(format!("Invalid {name}: must be one of {}", allowed.join(", "))).at(name))
            }
            word => Ok(word),
        }
    }

    /// `metadata[...]`, within Stripe's limits. An empty value takes a name out.
    pub(super) fn metadata(&self) -> Result<BTreeMap<String, String>, StripeError> {
        let mut metadata = BTreeMap::new();
        for (name, value) in &self.fields {
            let Some(name) = name.strip_prefix("metadata[").and_then(|rest| rest.strip_suffix(']')) else { continue };
            if name.chars().count() > 40 || value.chars().count() > 500 {
                return Err(StripeError::invalid(
                    "Metadata names can be up to 40 characters long, and values up to 500 characters.",
                )
                .at("metadata"));
            }
            metadata.insert(name.to_owned(), value.clone());
        }
        if metadata.len() > 50 {
            return Err(StripeError::invalid("Metadata can have up to 50 names.").at("metadata"));
        }
        Ok(metadata)
    }

    /// Refuses a field that Stripe does not know.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), StripeError> {
        let name_of = |field: &str| field.split('[').next().unwrap_or_default().to_owned();
        match self.fields.keys().find(|field| !known.contains(&name_of(field).as_str())) {
            None => Ok(()),
            Some(field) => {
                let message = format!("Received unknown parameter: {}", name_of(field));
                Err(StripeError::invalid(message).code("parameter_unknown"))
            }
        }
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}
