//! The checkout: one page from contact to payment.

use askama::Template;

use super::{
    cart::{CartLine, Codes, Totals},
    form::{Field, FieldError, SelectField},
    shell::{Notice, Shell},
};

/// The checkout page.
#[derive(Debug, Template)]
#[template(path = "pages/checkout.html")]
pub struct CheckoutPage {
    /// Head, header and footer.
    pub shell: Shell,
    /// A message that belongs to no field.
    pub notice: Option<Notice>,
    /// All that is wrong, in the order of the page.
    pub errors: Vec<FieldError>,
    /// The e-mail address.
    pub email: Field,
    /// Where it is delivered to.
    pub delivery_address: AddressForm,
    /// Whether the invoice goes elsewhere.
    pub billing_differs: bool,
    /// Where the invoice goes.
    pub billing_address: AddressForm,
    /// Ways of delivery, one group for each kind of parcel.
    pub deliveries: Vec<DeliveryGroup>,
    /// What is said while there is no way of delivery to choose.
    pub delivery_hint: String,
    /// Ways of paying.
    pub payments: Vec<PaymentChoice>,
    /// What is wrong with the choice of payment.
    pub payment_error: Option<String>,
    /// What is bought.
    pub lines: Vec<CartLine>,
    /// What is to be paid.
    pub totals: Totals,
    /// Codes of promotions.
    pub codes: Codes,
    /// The total in minor units, sent back with the order: what is charged is what was shown.
    pub shown_total: String,
}

/// The fields of an address.
#[derive(Debug, Clone)]
pub struct AddressForm {
    /// Given name.
    pub first_name: Field,
    /// Family name.
    pub last_name: Field,
    /// Company.
    pub company: Field,
    /// Street and number.
    pub address_1: Field,
    /// A second line.
    pub address_2: Field,
    /// Postal code.
    pub postal_code: Field,
    /// Town.
    pub city: Field,
    /// State or province, where the country has them.
    pub province: Option<Field>,
    /// Country.
    pub country: SelectField,
    /// Telephone.
    pub phone: Field,
}

impl AddressForm {
    /// What is wrong with the address, in the order of its fields.
    pub fn errors(&self) -> Vec<FieldError> {
        [
            self.first_name.as_error(),
            self.last_name.as_error(),
            self.company.as_error(),
            self.address_1.as_error(),
            self.address_2.as_error(),
            self.postal_code.as_error(),
            self.city.as_error(),
            self.province.as_ref().and_then(Field::as_error),
            self.country.as_error(),
            self.phone.as_error(),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// Ways of delivery for one kind of parcel; one is chosen.
#[derive(Debug, Clone)]
pub struct DeliveryGroup {
    /// Name of the field.
    pub field: String,
    /// What is chosen.
    pub legend: String,
    /// The ways.
    pub choices: Vec<DeliveryChoice>,
}

/// A way of delivery.
#[derive(Debug, Clone)]
pub struct DeliveryChoice {
    /// The shipping option's id.
    pub id: String,
    /// For example "Standard".
    pub name: String,
    /// For example "3 to 5 working days".
    pub detail: Option<String>,
    /// What it costs.
    pub price: String,
    /// Whether it is chosen.
    pub selected: bool,
}

/// A way of paying.
#[derive(Debug, Clone)]
pub struct PaymentChoice {
    /// The payment provider's id.
    pub id: String,
    /// For example "Invoice".
    pub name: String,
    /// What happens then.
    pub detail: Option<String>,
    /// Whether it is chosen.
    pub selected: bool,
}
