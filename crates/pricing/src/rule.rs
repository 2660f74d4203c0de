//! Rules: whether what is known of a cart, a line or a shipping method is what a promotion asks for.

use std::collections::HashSet;
use std::sync::Arc;

use tradewind_kernel::Decimal;

use crate::promotion::{Facts, Operator, Rule};

/// From how many values, and for how many subjects, it pays to build a set of the values first.
const MANY: usize = 16;

impl Facts {
    /// All that is known of an attribute: nothing when it is not named.
    pub fn values(&self, attribute: &str) -> impl Iterator<Item = &Arc<str>> {
        self.0.iter().filter(move |(name, _)| *name == attribute).flat_map(|(_, values)| values)
    }
}

impl Rule {
    /// Whether the rule holds for what is known. Of what is unknown nothing holds but `Ne`. The ordering operators compare
    /// numbers, and hold for nothing else; the others compare the text as it is.
    #[must_use]
    pub fn holds(&self, facts: &Facts) -> bool {
        let equals_any = || facts.values(&self.attribute).any(|fact| self.values.contains(fact));
        match self.operator {
            Operator::In | Operator::Eq => equals_any(),
            Operator::Ne => !equals_any(),
            Operator::Gt => self.compares(facts, |fact, value| fact > value),
            Operator::Gte => self.compares(facts, |fact, value| fact >= value),
            Operator::Lt => self.compares(facts, |fact, value| fact < value),
            Operator::Lte => self.compares(facts, |fact, value| fact <= value),
        }
    }

    fn compares(&self, facts: &Facts, holds: fn(Decimal, Decimal) -> bool) -> bool {
        let number = |text: &Arc<str>| text.trim().parse::<Decimal>().ok();
        facts
            .values(&self.attribute)
            .filter_map(number)
            .any(|fact| self.values.iter().filter_map(number).any(|value| holds(fact, value)))
    }
}

/// Rules that are asked again and again, all of which must hold. Long lists of values are looked up, not walked.
pub(crate) struct Conditions<'a>(Vec<(&'a Rule, Option<HashSet<&'a str>>)>);

impl<'a> Conditions<'a> {
    /// Makes ready to ask about so many subjects.
    pub(crate) fn of(rules: &'a [Rule], subjects: usize) -> Self {
        let ready = |rule: &'a Rule| {
            let compares_text = matches!(rule.operator, Operator::In | Operator::Eq | Operator::Ne);
            let pays = compares_text && rule.values.len() > MANY && subjects > MANY;
            (rule, pays.then(|| rule.values.iter().map(AsRef::as_ref).collect()))
        };
        Self(rules.iter().map(ready).collect())
    }

    /// Whether all of them hold.
    pub(crate) fn hold(&self, facts: &Facts) -> bool {
        self.0.iter().all(|(rule, set)| match set {
            Some(set) => {
                let has_any = facts.values(&rule.attribute).any(|fact| set.contains(fact.as_ref()));
                has_any == (rule.operator != Operator::Ne)
            }
            None => rule.holds(facts),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Facts {
        Facts(vec![("tag", vec!["red".into(), "blue".into()]), ("total", vec!["10.50".into()])])
    }

    fn rule(attribute: &str, operator: Operator, values: &[&str]) -> Rule {
        Rule { attribute: attribute.into(), operator, values: values.iter().map(|value| Arc::from(*value)).collect() }
    }

    #[test]
    fn text_is_equal_to_any_of_several_values_or_to_none() {
        for operator in [Operator::In, Operator::Eq] {
            assert!(rule("tag", operator, &["green", "blue"]).holds(&facts()));
            assert!(!rule("tag", operator, &["green", "Blue"]).holds(&facts()));
            assert!(!rule("tag", operator, &[]).holds(&facts()));
            assert!(!rule("size", operator, &["blue"]).holds(&facts()));
        }
        assert!(!rule("tag", Operator::Ne, &["green", "blue"]).holds(&facts()));
        assert!(rule("tag", Operator::Ne, &["green"]).holds(&facts()));
        assert!(rule("size", Operator::Ne, &["blue"]).holds(&facts()), "of what is unknown, none is equal");
    }

    #[test]
    fn ordering_compares_numbers_not_text() {
        for (operator, below, same, above) in [
            (Operator::Gt, true, false, false),
            (Operator::Gte, true, true, false),
            (Operator::Lt, false, false, true),
            (Operator::Lte, false, true, true),
        ] {
            // As text, "9" comes after "10.50".
            for (value, holds) in [("9", below), ("10.5", same), ("100", above)] {
                assert_eq!(rule("total", operator, &[value]).holds(&facts()), holds, "10.50 {operator:?} {value}");
            }
            assert!(!rule("tag", operator, &["1"]).holds(&facts()), "what is no number is not compared");
            assert!(!rule("total", operator, &["much"]).holds(&facts()));
            assert!(!rule("weight", operator, &["1"]).holds(&facts()));
        }
        assert!(rule("total", Operator::Gt, &["much", "100", "2"]).holds(&facts()), "any value suffices");
    }

    #[test]
    fn an_attribute_named_twice_has_all_its_values() {
        let facts = Facts(vec![("tag", vec!["red".into()]), ("tag", vec!["blue".into()])]);
        assert!(rule("tag", Operator::Eq, &["blue"]).holds(&facts));
    }

    #[test]
    fn looking_up_many_values_is_the_same_as_walking_them() {
        let many: Vec<String> = (0..200).map(|number| format!("tag {number}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        for operator in [Operator::In, Operator::Eq, Operator::Ne, Operator::Gt] {
            let rules = [rule("tag", operator, &many)];
            let conditions = Conditions::of(&rules, 200);
            for value in ["tag 7", "tag 200"] {
                let facts = Facts(vec![("tag", vec!["other".into(), value.into()])]);
                assert_eq!(conditions.hold(&facts), rules[0].holds(&facts), "{operator:?} {value}");
            }
            assert_eq!(conditions.hold(&Facts::default()), rules[0].holds(&Facts::default()));
        }
    }
}
