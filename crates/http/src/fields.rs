//! What a client asks to see: the `fields` parameter, compiled once for each distinct text into a plan.

use std::sync::Arc;

use tradewind_kernel::{Error, Result};

/// The longest `fields` that is read.
const LENGTH_MAX: usize = 4096;
/// How deep a path may reach.
const DEPTH_MAX: usize = 10;
/// How many distinct plans are kept.
const PLANS_MAX: u64 = 10_000;

/// Which fields of an object are wanted, and which of the objects below it.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Every plain field, but for those in `without`.
    all: bool,
    /// Named by the client itself, so that a relation named alone is shown whole.
    asked: bool,
    // Sorted by the names' keys, then by name.
    named: Vec<(u64, Box<str>, Plan)>,
    without: Vec<Box<str>>,
}

impl Plan {
    /// Everything plain, and no relation.
    #[must_use]
    pub fn all() -> &'static Self {
        static ALL: Plan = Plan { all: true, asked: false, named: Vec::new(), without: Vec::new() };
        &ALL
    }

    /// A plan of a list of names as our own code writes them: `id,title,*variants,variants.options.id`.
    #[must_use]
    pub fn parse(fields: &str) -> Self {
        let mut plan = Self::default();
        for field in fields.split(',') {
            plan.add(field.trim(), false);
        }
        plan
    }

    /// Whether a plain field is wanted, by its name or by `*`.
    #[must_use]
    pub fn wants(&self, name: &str) -> bool {
        self.names(name) || (self.all && !self.without.iter().any(|gone| &**gone == name))
    }

    /// Whether a field is wanted by its name.
    #[must_use]
    pub fn names(&self, name: &str) -> bool {
        self.position(name).is_ok()
    }

    /// Whether a path such as `variants.inventory_quantity` is wanted by its name.
    #[must_use]
    pub fn names_path(&self, path: &str) -> bool {
        let mut plan = self;
        for name in path.split('.') {
            match plan.child(name) {
                Some(below) => plan = below,
                None => return false,
            }
        }
        true
    }

    /// What is wanted of the object below this name, if it is wanted at all.
    #[must_use]
    pub fn below(&self, name: &str) -> Option<&Plan> {
        let below = self.child(name)?;
        if below.all || !below.named.is_empty() {
            Some(below)
        } else {
            // A relation named alone: a client means the whole of it; in the defaults it stands for nothing.
            below.asked.then(Self::all)
        }
    }

    /// Like [`Plan::below`], for relations that `*` of their parent includes.
    #[must_use]
    pub fn below_or_all(&self, name: &str) -> Option<&Plan> {
        self.below(name).or_else(|| self.wants(name).then(Self::all))
    }

    fn child(&self, name: &str) -> Option<&Plan> {
        self.position(name).ok().map(|position| &self.named[position].2)
    }

    fn position(&self, name: &str) -> Result<usize, usize> {
        // By key first: an answer looks up hundreds of names, and comparing numbers is cheaper than comparing texts.
        let key = key_of(name);
        self.named.binary_search_by(|(own_key, own, _)| own_key.cmp(&key).then_with(|| (**own).cmp(name)))
    }

    /// Adds a path: `a.b`, `*a.b` or `a.b.*`.
    fn add(&mut self, path: &str, asked: bool) {
        let (path, expanded) = match (path.strip_prefix('*'), path.strip_suffix(".*")) {
            (Some(rest), _) => (rest, true),
            (_, Some(rest)) => (rest, true),
            _ => (path, false),
        };
        if path.is_empty() {
            self.all |= expanded;
            return;
        }
        let mut plan = self;
        for name in path.split('.').take(DEPTH_MAX) {
            let position = match plan.position(name) {
                Ok(position) => position,
                Err(position) => {
                    plan.named.insert(position, (key_of(name), name.into(), Self::default()));
                    position
                }
            };
            plan = &mut plan.named[position].2;
        }
        plan.all |= expanded;
        plan.asked |= asked;
    }

    /// Removes a path with everything below it.
    fn remove(&mut self, path: &str) {
        match path.split_once('.') {
            None => {
                self.named.retain(|(_, own, _)| &**own != path);
                self.without.push(path.into());
            }
            Some((name, rest)) => {
                if let Ok(position) = self.position(name) {
                    self.named[position].2.remove(rest);
                }
            }
        }
    }
}

/// A number that two names seldom share: their first and last bytes, mixed with their length.
fn key_of(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let word = |bytes: &[u8]| {
        let mut word = [0; 8];
        word[..bytes.len()].copy_from_slice(bytes);
        u64::from_le_bytes(word)
    };
    let (first, last) = if bytes.len() > 8 { (&bytes[..8], &bytes[bytes.len() - 8..]) } else { (bytes, &[][..]) };
    (word(first) ^ word(last).rotate_left(29) ^ bytes.len() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// What a route answers with by default, and what else may be asked of it.
#[derive(Debug, Default)]
pub struct Fields {
    defaults: Vec<String>,
    default_plan: Arc<Plan>,
    // Sorted paths without modifiers. Empty: anything may be asked for.
    allowed: Vec<String>,
}

impl Fields {
    /// From the contract's lists.
    #[must_use]
    pub fn new(defaults: Vec<String>, extra: Vec<String>) -> Self {
        let mut default_plan = Plan::default();
        for field in &defaults {
            default_plan.add(field, false);
        }
        let mut allowed = Vec::new();
        if !extra.is_empty() {
            allowed = extra;
            allowed
                .extend(defaults.iter().map(|field| field.trim_start_matches('*').trim_end_matches(".*").to_owned()));
            allowed.sort_unstable();
            allowed.dedup();
        }
        Self { defaults, default_plan: Arc::new(default_plan), allowed }
    }

    /// The plan of a request that asks for nothing in particular.
    #[must_use]
    pub fn default_plan(&self) -> Arc<Plan> {
        Arc::clone(&self.default_plan)
    }

    /// Compiles what a client wrote. What it may not see and what does not exist is left out without a word.
    #[must_use]
    pub fn compile(&self, text: &str) -> Plan {
        let mut added = Vec::new();
        let mut removed = Vec::new();
        let mut replaced = false;
        for token in text.split(',') {
            // A plus sign that was not escaped arrives as a space.
            let spaced = token.starts_with(' ');
            let token = token.trim();
            match token.as_bytes().first() {
                None => {}
                Some(b'-') => removed.push(token[1..].trim_start()),
                Some(b'+') => added.push(token[1..].trim_start()),
                Some(b'*') => added.push(token),
                Some(_) => {
                    replaced |= !spaced && !token.ends_with(".*");
                    added.push(token);
                }
            }
        }
        let mut plan = Plan::default();
        if !replaced {
            for field in &self.defaults {
                plan.add(field, false);
            }
        }
        for path in added {
            if self.allows(path) {
                plan.add(path, true);
            }
        }
        for path in removed {
            plan.remove(path.trim_start_matches('*').trim_end_matches(".*"));
        }
        plan
    }

    /// Whether a path may be asked for: it stands in the list, or below one in the list that the list opens no further.
    fn allows(&self, path: &str) -> bool {
        if self.allowed.is_empty() {
            return true;
        }
        let path = path.trim_start_matches('*').trim_end_matches(".*");
        if self.stands(path) {
            return true;
        }
        let mut parent = path;
        while let Some((above, _)) = parent.rsplit_once('.') {
            if self.stands(above) {
                return !self.opens(above);
            }
            parent = above;
        }
        false
    }

    fn stands(&self, path: &str) -> bool {
        self.allowed.binary_search_by(|own| own.as_str().cmp(path)).is_ok()
    }

    fn opens(&self, path: &str) -> bool {
        self.allowed.iter().any(|own| own.strip_prefix(path).is_some_and(|rest| rest.starts_with('.')))
    }
}

/// The plans compiled so far, bounded.
pub(crate) struct Plans {
    compiled: moka::sync::Cache<(usize, String), Arc<Plan>>,
}

impl Plans {
    pub(crate) fn new() -> Self {
        Self { compiled: moka::sync::Cache::new(PLANS_MAX) }
    }

    /// The plan for this text on the route with this number.
    pub(crate) fn plan(&self, route: usize, fields: &Fields, text: &str) -> Result<Arc<Plan>> {
        if text.len() > LENGTH_MAX {
            return Err(Error::invalid("fields", format!("fields may be at most {LENGTH_MAX} characters long")));
        }
        let key = (route, text.to_owned());
        if let Some(plan) = self.compiled.get(&key) {
            return Ok(plan);
        }
        let plan = Arc::new(fields.compile(text));
        self.compiled.insert(key, Arc::clone(&plan));
        Ok(plan)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn product() -> Fields {
        let list = |text: &str| text.split(' ').map(str::to_owned).collect();
        Fields::new(
            list("id title *tags *variants *variants.options items.variant items.product.id values.*"),
            list("metadata tags variants variants.calculated_price variants.sku variants.options"),
        )
    }

    #[test]
    fn a_bare_name_replaces_the_defaults() {
        let plan = product().compile("title, metadata,");
        assert!(plan.wants("title") && plan.wants("metadata"));
        assert!(!plan.wants("id") && plan.below("tags").is_none());
    }

    #[test]
    fn modifiers_add_remove_and_expand() {
        let plan = product().compile("+metadata,-variants.sku,*variants.calculated_price,-tags");
        assert!(plan.wants("title") && plan.wants("metadata"));
        assert!(plan.below("tags").is_none());
        let variants = plan.below("variants").expect("a default");
        assert!(variants.wants("title") && !variants.wants("sku"));
        assert!(plan.names_path("variants.calculated_price"));
        assert!(variants.below("calculated_price").is_some_and(|price| price.wants("amount")));
        assert!(plan.below("values").is_some_and(|values| values.wants("value")));
    }

    #[test]
    fn an_unescaped_plus_is_a_space_and_adds() {
        let plan = product().compile(" metadata");
        assert!(plan.wants("title") && plan.wants("metadata"));
    }

    #[test]
    fn what_may_not_be_seen_is_left_out_without_a_word() {
        let plan = product().compile("wibble,variants.secret,variants.calculated_price.amount");
        assert!(!plan.wants("wibble"));
        let variants = plan.below("variants").expect("for the price");
        assert!(!variants.wants("secret"));
        assert!(variants.below("calculated_price").is_some_and(|price| price.wants("amount")));
    }

    #[test]
    fn a_relation_named_alone_is_whole_for_clients_and_nothing_in_the_defaults() {
        assert!(product().compile("").below("items").is_some_and(|i| i.below("variant").is_none()));
        assert!(product().compile("tags").below("tags").is_some_and(|tags| tags.wants("value")));
    }

    proptest! {
        #[test]
        fn any_text_has_a_plan(text in "[-+* a-z.,]{0,200}") {
            let _ = product().compile(&text);
        }
    }
}
