//! Addresses between forms, carts and address books.

use tradewind_accounts::{AddressChange, CustomerAddress};
use tradewind_market::country;
use tradewind_orders::Address;

use crate::sent::{Sent, check_optional, check_required};
use crate::views::{AddressForm, Choice, Field, FieldKind, SelectField};

/// Countries whose addresses name a state or province, without which nothing arrives.
const WITH_PROVINCE: [&str; 7] = ["au", "br", "ca", "in", "mx", "my", "us"];

/// The names and autocomplete tokens of the fields of one address form.
pub(crate) struct AddressNames {
    first_name: [&'static str; 2],
    last_name: [&'static str; 2],
    company: [&'static str; 2],
    address_1: [&'static str; 2],
    address_2: [&'static str; 2],
    postal_code: [&'static str; 2],
    city: [&'static str; 2],
    province: [&'static str; 2],
    country: [&'static str; 2],
    phone: [&'static str; 2],
}

macro_rules! names {
    ($prefix:literal, $section:literal) => {
        AddressNames {
            first_name: [concat!($prefix, "first_name"), concat!($section, "given-name")],
            last_name: [concat!($prefix, "last_name"), concat!($section, "family-name")],
            company: [concat!($prefix, "company"), concat!($section, "organization")],
            address_1: [concat!($prefix, "address_1"), concat!($section, "address-line1")],
            address_2: [concat!($prefix, "address_2"), concat!($section, "address-line2")],
            postal_code: [concat!($prefix, "postal_code"), concat!($section, "postal-code")],
            city: [concat!($prefix, "city"), concat!($section, "address-level2")],
            province: [concat!($prefix, "province"), concat!($section, "address-level1")],
            country: [concat!($prefix, "country"), concat!($section, "country")],
            phone: [concat!($prefix, "phone"), concat!($section, "tel")],
        }
    };
}

/// Where an order is delivered to.
pub(crate) const SHIPPING: AddressNames = names!("shipping_", "shipping ");
/// Where the invoice goes.
pub(crate) const BILLING: AddressNames = names!("billing_", "billing ");
/// An entry of the address book.
pub(crate) const BOOK: AddressNames = names!("", "");

/// The texts of an address.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct AddressTexts {
    first_name: String,
    last_name: String,
    company: String,
    address_1: String,
    address_2: String,
    postal_code: String,
    city: String,
    province: String,
    /// Two letters in lower case.
    pub(crate) country: String,
    phone: String,
}

impl AddressTexts {
    /// As a form was filled in.
    pub(crate) fn sent(names: &AddressNames, sent: &Sent) -> Self {
        let text = |name: [&str; 2]| sent.text(name[0]).to_owned();
        Self {
            first_name: text(names.first_name),
            last_name: text(names.last_name),
            company: text(names.company),
            address_1: text(names.address_1),
            address_2: text(names.address_2),
            postal_code: text(names.postal_code),
            city: text(names.city),
            province: text(names.province),
            country: text(names.country).to_lowercase(),
            phone: text(names.phone),
        }
    }

    /// As a cart or an order has it.
    pub(crate) fn of_cart(address: &Address) -> Self {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Self {
            first_name: text(&address.first_name),
            last_name: text(&address.last_name),
            company: text(&address.company),
            address_1: text(&address.address_1),
            address_2: text(&address.address_2),
            postal_code: text(&address.postal_code),
            city: text(&address.city),
            province: text(&address.province),
            country: text(&address.country_code),
            phone: text(&address.phone),
        }
    }

    /// As an address book has it.
    pub(crate) fn of_book(address: &CustomerAddress) -> Self {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Self {
            first_name: text(&address.first_name),
            last_name: text(&address.last_name),
            company: text(&address.company),
            address_1: text(&address.address_1),
            address_2: text(&address.address_2),
            postal_code: text(&address.postal_code),
            city: text(&address.city),
            province: text(&address.province),
            country: text(&address.country_code),
            phone: text(&address.phone),
        }
    }

    /// For a cart. What is empty is missing.
    pub(crate) fn into_cart(self) -> Address {
        let text = |text: String| (!text.is_empty()).then_some(text);
        Address {
            first_name: text(self.first_name),
            last_name: text(self.last_name),
            company: text(self.company),
            address_1: text(self.address_1),
            address_2: text(self.address_2),
            postal_code: text(self.postal_code),
            city: text(self.city),
            province: text(self.province),
            country_code: text(self.country),
            phone: text(self.phone),
            ..Address::default()
        }
    }

    /// For an address book. What is empty is cleared.
    pub(crate) fn into_book(self, is_default: bool) -> AddressChange {
        let text = |text: String| Some((!text.is_empty()).then_some(text));
        AddressChange {
            is_default_shipping: Some(is_default),
            is_default_billing: Some(is_default),
            first_name: text(self.first_name),
            last_name: text(self.last_name),
            company: text(self.company),
            address_1: text(self.address_1),
            address_2: text(self.address_2),
            postal_code: text(self.postal_code),
            city: text(self.city),
            province: text(self.province),
            country_code: text(self.country),
            phone: text(self.phone),
            ..AddressChange::default()
        }
    }

    /// The lines of a label, the name first.
    pub(crate) fn lines(&self) -> Vec<String> {
        let together = |parts: [&str; 2]| parts.join(" ").trim().to_owned();
        let country = country(&self.country).map_or("", |country| country.display_name);
        [
            together([&self.first_name, &self.last_name]),
            self.company.clone(),
            self.address_1.clone(),
            self.address_2.clone(),
            together([&self.postal_code, &self.city]),
            self.province.clone(),
            country.to_owned(),
        ]
        .into_iter()
        .filter(|line| !line.is_empty())
        .collect()
    }

    /// The form with these texts. With `checked`, each field says what is wrong with it.
    pub(crate) fn form(&self, names: &AddressNames, countries: &[String], checked: bool) -> AddressForm {
        let required = |text: &str, missing: &str| if checked { check_required(text, missing) } else { None };
        let optional = |text: &str| if checked { check_optional(text) } else { None };
        let field = |name: [&'static str; 2], label, text: &str, missing: &str| {
            Field::new(name[0], label, name[1]).with_value(text).with_error(required(text, missing))
        };
        let extra = |name: [&'static str; 2], label, text: &str| {
            Field::new(name[0], label, name[1]).with_value(text).with_error(optional(text)).optional()
        };
        let country = self.country_field(names, countries, checked);
        let has_provinces = countries.iter().any(|code| WITH_PROVINCE.contains(&code.as_str()));
        let needs_province = WITH_PROVINCE.contains(&self.country.as_str()) || countries.len() == 1;
        AddressForm {
            first_name: field(names.first_name, "First name", &self.first_name, "Enter a first name."),
            last_name: field(names.last_name, "Last name", &self.last_name, "Enter a last name."),
            company: extra(names.company, "Company", &self.company),
            address_1: field(names.address_1, "Street and number", &self.address_1, "Enter a street and number."),
            address_2: extra(names.address_2, "Flat, floor or other addition", &self.address_2),
            postal_code: field(names.postal_code, "Postal code", &self.postal_code, "Enter a postal code."),
            city: field(names.city, "Town", &self.city, "Enter a town."),
            province: has_provinces.then(|| match needs_province {
                true => field(names.province, "State or province", &self.province, "Enter a state or province."),
                false => extra(names.province, "State or province", &self.province),
            }),
            country,
            phone: extra(names.phone, "Telephone", &self.phone).of_kind(FieldKind::Telephone),
        }
    }

    fn country_field(&self, names: &AddressNames, countries: &[String], checked: bool) -> SelectField {
        let mut known: Vec<_> = countries.iter().filter_map(|code| country(code)).collect();
        known.sort_by_key(|country| country.display_name);
        let is_only = known.len() == 1;
        let choices: Vec<Choice> = known
            .iter()
            .map(|country| Choice {
                value: country.iso_2.to_owned(),
                label: country.display_name.to_owned(),
                selected: is_only || country.iso_2 == self.country,
            })
            .collect();
        let is_chosen = choices.iter().any(|choice| choice.selected);
        SelectField {
            name: names.country[0],
            label: "Country",
            choices,
            error: (checked && !is_chosen).then(|| "Choose a country.".to_owned()),
            autocomplete: names.country[1],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn countries(codes: &[&str]) -> Vec<String> {
        codes.iter().map(|code| (*code).to_owned()).collect()
    }

    #[test]
    fn an_empty_address_says_at_each_field_what_is_missing() {
        let form = AddressTexts::default().form(&SHIPPING, &countries(&["de", "dk"]), true);
        let fields: Vec<_> = form.errors().into_iter().map(|error| error.field).collect();
        assert_eq!(
            fields,
            [
                "shipping_first_name",
                "shipping_last_name",
                "shipping_address_1",
                "shipping_postal_code",
                "shipping_city",
                "shipping_country"
            ]
        );
        assert!(AddressTexts::default().form(&SHIPPING, &countries(&["de"]), false).errors().is_empty());
    }

    #[test]
    fn a_region_of_one_country_has_it_chosen_and_asks_for_the_state() {
        let form = AddressTexts::default().form(&BILLING, &countries(&["us"]), true);
        assert!(form.country.choices[0].selected);
        assert!(form.province.is_some_and(|province| province.error.is_some()));
    }

    #[test]
    fn a_label_skips_what_is_empty() {
        let address = AddressTexts {
            first_name: "Robin".to_owned(),
            address_1: "Quay 1".to_owned(),
            city: "Aarhus".to_owned(),
            country: "dk".to_owned(),
            ..AddressTexts::default()
        };
        assert_eq!(address.lines(), ["Robin", "Quay 1", "Aarhus", "Denmark"]);
    }
}
