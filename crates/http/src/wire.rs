//! Writing answers: values straight into the bytes of the JSON, and only those that were asked for.

use std::cell::Cell;
use std::io::Write as _;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Map, Value};
use tradewind_kernel::{Currency, Decimal, Money, Timestamp};

use crate::fields::Plan;

/// The content type of every answer.
pub const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

/// A value that can be written as JSON.
pub trait Wire {
    /// Appends it.
    fn write(&self, out: &mut Vec<u8>);
}

impl Wire for str {
    fn write(&self, out: &mut Vec<u8>) {
        // Writing to a vector cannot fail.
        let _ = serde_json::to_writer(out, self);
    }
}

impl Wire for String {
    fn write(&self, out: &mut Vec<u8>) {
        self.as_str().write(out);
    }
}

impl Wire for bool {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(if *self { b"true" } else { b"false" });
    }
}

macro_rules! whole_numbers {
    ($($number:ty),*) => {$(
        impl Wire for $number {
            fn write(&self, out: &mut Vec<u8>) {
                match i64::try_from(*self) {
                    Ok(number) => write_scaled(number, 0, out),
                    Err(_) => {
                        let _ = write!(out, "{self}");
                    }
                }
            }
        }
    )*};
}
whole_numbers!(i32, i64, u32, u64, usize);

/// `null`.
#[derive(Clone, Copy, Debug)]
pub struct Null;

impl Wire for Null {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"null");
    }
}

impl Wire for Timestamp {
    fn write(&self, out: &mut Vec<u8>) {
        const MILLIS_OF_DAY: i64 = 86_400_000;
        thread_local! {
            // An answer holds dozens of moments, most of them of a few days: the date is worked out once for each.
            static DAY: Cell<(i64, [u8; 10])> = const { Cell::new((i64::MIN, *b"0000-00-00")) };
        }
        let day = self.0.div_euclid(MILLIS_OF_DAY);
        let (mut known, mut date) = DAY.get();
        if known != day {
            let (year, month, day_of_month) = self.date();
            let Ok(year @ 0..=9999) = u32::try_from(year) else {
                let _ = write!(out, "\"{self}\"");
                return;
            };
            known = day;
            let (year_digits, rest) = date.split_at_mut(4);
            put_digits(year_digits, year);
            put_digits(&mut rest[1..3], u32::from(month.unsigned_abs()));
            put_digits(&mut rest[4..6], u32::from(day_of_month.unsigned_abs()));
            DAY.set((known, date));
        }
        let millis = u32::try_from(self.0.rem_euclid(MILLIS_OF_DAY)).unwrap_or(0);
        let mut text = *b"\"0000-00-00T00:00:00.000Z\"";
        text[1..11].copy_from_slice(&date);
        put_digits(&mut text[12..14], millis / 3_600_000);
        put_digits(&mut text[15..17], millis / 60_000 % 60);
        put_digits(&mut text[18..20], millis / 1000 % 60);
        put_digits(&mut text[21..24], millis % 1000);
        out.extend_from_slice(&text);
    }
}

/// Fills a place with a number's last digits.
fn put_digits(place: &mut [u8], number: u32) {
    let mut number = number;
    for digit in place.iter_mut().rev() {
        *digit = b'0' + u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
    }
}

impl Wire for Currency {
    fn write(&self, out: &mut Vec<u8>) {
        self.code().write(out);
    }
}

impl Wire for Money {
    /// Major units, without trailing zeros: 10.5 for ten euros fifty.
    fn write(&self, out: &mut Vec<u8>) {
        self.major().write(out);
    }
}

impl Wire for Decimal {
    fn write(&self, out: &mut Vec<u8>) {
        if let Ok(number) = i64::try_from(self.mantissa())
            && self.scale() <= 6
        {
            write_scaled(number, self.scale(), out);
        } else {
            let _ = write!(out, "{}", self.normalize());
        }
    }
}

/// `number` divided by ten to the power of `scale`, as short as it can be written. By hand: an answer holds dozens.
fn write_scaled(number: i64, scale: u32, out: &mut Vec<u8>) {
    let (mut rest, mut scale) = (number.unsigned_abs(), scale as usize);
    while scale > 0 && rest.is_multiple_of(10) {
        rest /= 10;
        scale -= 1;
    }
    // Nineteen digits at most, a point, a sign.
    let mut text = [0_u8; 24];
    let mut start = text.len();
    let mut written = 0;
    loop {
        if written == scale && scale > 0 {
            start -= 1;
            text[start] = b'.';
        }
        start -= 1;
        text[start] = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
        written += 1;
        if rest == 0 && written > scale {
            break;
        }
    }
    if number < 0 {
        start -= 1;
        text[start] = b'-';
    }
    out.extend_from_slice(&text[start..]);
}

impl Wire for Value {
    fn write(&self, out: &mut Vec<u8>) {
        let _ = serde_json::to_writer(out, self);
    }
}

impl Wire for Map<String, Value> {
    fn write(&self, out: &mut Vec<u8>) {
        let _ = serde_json::to_writer(out, self);
    }
}

impl<T: Wire> Wire for Option<T> {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Some(value) => value.write(out),
            None => Null.write(out),
        }
    }
}

impl<T: Wire> Wire for [T] {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(b'[');
        for (position, item) in self.iter().enumerate() {
            if position > 0 {
                out.push(b',');
            }
            item.write(out);
        }
        out.push(b']');
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn write(&self, out: &mut Vec<u8>) {
        self.as_slice().write(out);
    }
}

impl<T: Wire + ?Sized> Wire for &T {
    fn write(&self, out: &mut Vec<u8>) {
        (**self).write(out);
    }
}

/// Precise amounts beside the plain ones: `{"value": "10.5", "precision": 20}`.
#[derive(Clone, Copy, Debug)]
pub struct Raw(pub Decimal);

impl Wire for Raw {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"value\":\"");
        self.0.write(out);
        out.extend_from_slice(b"\",\"precision\":20}");
    }
}

/// An object being written. It knows which of its fields were asked for and writes no others.
pub struct Obj<'a> {
    out: &'a mut Vec<u8>,
    plan: &'a Plan,
    empty: bool,
}

impl<'a> Obj<'a> {
    fn open(out: &'a mut Vec<u8>, plan: &'a Plan) -> Self {
        out.push(b'{');
        Self { out, plan, empty: true }
    }

    fn close(self) {
        self.out.push(b'}');
    }

    fn name(&mut self, name: &str) {
        self.out.reserve(name.len() + 4);
        if !self.empty {
            self.out.push(b',');
        }
        self.empty = false;
        // Names are ours: letters, digits and underscores, nothing to escape.
        self.out.push(b'"');
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
    }

    /// What was asked for of this object.
    #[must_use]
    pub fn plan(&self) -> &'a Plan {
        self.plan
    }

    /// Writes a field whether or not it was asked for.
    pub fn always<T: Wire>(&mut self, name: &str, value: T) {
        self.name(name);
        value.write(self.out);
    }

    /// The id, which every object carries.
    pub fn id(&mut self, id: &str) {
        self.always("id", id);
    }

    /// Writes a field where it was asked for, by its name or by `*`.
    pub fn put<T: Wire>(&mut self, name: &str, value: impl FnOnce() -> T) {
        if self.plan.wants(name) {
            self.always(name, value());
        }
    }

    /// Writes a field where it was asked for by its name; `*` does not include it.
    pub fn put_named<T: Wire>(&mut self, name: &str, value: impl FnOnce() -> T) {
        if self.plan.names(name) {
            self.always(name, value());
        }
    }

    /// Writes an amount where it was asked for; `*` includes its precise form `raw_…` too.
    pub fn amount(&mut self, name: &str, raw_name: &str, value: impl FnOnce() -> Option<Decimal>) {
        let (plain, raw) = (self.plan.wants(name), self.plan.wants(raw_name));
        if plain || raw {
            let value = value();
            if raw {
                self.always(raw_name, value.map(Raw));
            }
            if plain {
                self.always(name, value);
            }
        }
    }

    /// Writes an object below this one, where it was asked for.
    pub fn nest(&mut self, name: &str, render: impl FnOnce(&mut Obj<'_>)) {
        if let Some(plan) = self.plan.below(name) {
            self.nest_with(name, plan, render);
        }
    }

    /// Like [`Obj::nest`], with `null` where there is nothing.
    pub fn nest_some<T>(&mut self, name: &str, value: Option<T>, render: impl FnOnce(&mut Obj<'_>, T)) {
        if let Some(plan) = self.plan.below(name) {
            match value {
                Some(value) => self.nest_with(name, plan, |obj| render(obj, value)),
                None => self.always(name, Null),
            }
        }
    }

    /// Writes a list of objects below this one, where it was asked for.
    pub fn nest_list<T>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = T>,
        render: impl FnMut(&mut Obj<'_>, T),
    ) {
        if let Some(plan) = self.plan.below(name) {
            self.nest_list_with(name, plan, items, render);
        }
    }

    /// Writes an object by a plan of its own, whether or not it was asked for.
    pub fn nest_with(&mut self, name: &str, plan: &Plan, render: impl FnOnce(&mut Obj<'_>)) {
        self.name(name);
        object(self.out, plan, render);
    }

    /// Writes a list of objects by a plan of its own, whether or not it was asked for.
    pub fn nest_list_with<T>(
        &mut self,
        name: &str,
        plan: &Plan,
        items: impl IntoIterator<Item = T>,
        mut render: impl FnMut(&mut Obj<'_>, T),
    ) {
        self.name(name);
        self.out.push(b'[');
        let mut first = true;
        for item in items {
            if !first {
                self.out.push(b',');
            }
            first = false;
            object(self.out, plan, |obj| render(obj, item));
        }
        self.out.push(b']');
    }
}

/// Appends an object.
pub fn object(out: &mut Vec<u8>, plan: &Plan, render: impl FnOnce(&mut Obj<'_>)) {
    let mut obj = Obj::open(out, plan);
    render(&mut obj);
    obj.close();
}

/// A JSON answer, ready to be sent.
#[derive(Debug)]
pub struct Json(pub Vec<u8>);

impl Json {
    /// `{"name": {…}}`: one thing.
    pub fn one(name: &str, plan: &Plan, render: impl FnOnce(&mut Obj<'_>)) -> Self {
        let mut out = Vec::with_capacity(4096);
        object(&mut out, Plan::all(), |answer| answer.nest_with(name, plan, render));
        Self(out)
    }

    /// `{"name": […], "count", "offset", "limit"}`: a page of a list.
    pub fn page<T>(
        name: &str,
        plan: &Plan,
        items: impl IntoIterator<Item = T>,
        (count, paging): (u64, tradewind_kernel::Paging),
        render: impl FnMut(&mut Obj<'_>, T),
    ) -> Self {
        let mut out = Vec::with_capacity(16 * 1024);
        object(&mut out, Plan::all(), |answer| {
            answer.nest_list_with(name, plan, items, render);
            answer.always("count", count);
            answer.always("offset", paging.offset);
            answer.always("limit", paging.limit);
        });
        Self(out)
    }

    /// Any object.
    pub fn object(render: impl FnOnce(&mut Obj<'_>)) -> Self {
        let mut out = Vec::with_capacity(1024);
        object(&mut out, Plan::all(), render);
        Self(out)
    }

    /// `{"id", "object", "deleted": true}`: something was removed.
    #[must_use]
    pub fn deleted(id: &str, object: &str) -> Self {
        Self::object(|answer| {
            answer.id(id);
            answer.always("object", object);
            answer.always("deleted", true);
        })
    }

    /// Sent with a status of its own.
    #[must_use]
    pub fn with_status(self, status: StatusCode) -> Response {
        (status, [(header::CONTENT_TYPE, JSON)], self.0).into_response()
    }
}

impl IntoResponse for Json {
    fn into_response(self) -> Response {
        self.with_status(StatusCode::OK)
    }
}

/// A decimal as a JSON value.
#[must_use]
pub fn decimal(amount: Decimal) -> Value {
    let mut out = Vec::new();
    amount.write(&mut out);
    serde_json::from_slice(&out).unwrap_or(Value::Null)
}

/// An amount of money as a JSON value, in major units.
#[must_use]
pub fn money(amount: Money) -> Value {
    decimal(amount.major())
}

/// A moment as a JSON value.
#[must_use]
pub fn time(at: Timestamp) -> Value {
    Value::from(at.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(value: impl Wire) -> String {
        let mut out = Vec::new();
        value.write(&mut out);
        String::from_utf8(out).expect("JSON is text")
    }

    #[test]
    fn amounts_are_short_numbers_in_major_units() {
        let euro = |minor| written(Money::from_minor(minor, Currency::EUR));
        assert_eq!(euro(1000), "10");
        assert_eq!(euro(1050), "10.5");
        assert_eq!(euro(-1005), "-10.05");
        assert_eq!(euro(-5), "-0.05");
        assert_eq!(euro(0), "0");
        assert_eq!(written(Decimal::new(5_036_778, 8)), "0.05036778");
        assert_eq!(decimal(Decimal::new(2500, 2)), serde_json::json!(25));
    }

    proptest! {
        #[test]
        fn numbers_and_moments_are_written_as_they_display(
            number: i64,
            scale in 0u32..6,
            millis in -60_000_000_000_000i64..250_000_000_000_000,
        ) {
            prop_assert_eq!(written(number), number.to_string());
            let decimal = Decimal::new(number, scale);
            prop_assert_eq!(written(decimal), decimal.normalize().to_string());
            let at = Timestamp(millis);
            prop_assert_eq!(written(at), format!("\"{at}\""));
        }
    }

    #[test]
    fn only_what_was_asked_for_is_rendered() {
        let plan = Plan::parse("title,items.quantity");
        let json = Json::one("cart", &plan, |cart| {
            cart.id("cart_1");
            cart.put("title", || "A \"cart\"");
            cart.put("email", || -> &str { panic!("rendered although nobody asked") });
            cart.nest_list("items", [1, 2], |item, quantity| {
                item.put("quantity", || quantity);
                item.put("title", || "x");
            });
            cart.nest_some("region", None::<i32>, |_, _| {});
        });
        assert_eq!(
            String::from_utf8(json.0).expect("JSON is text"),
            r#"{"cart":{"id":"cart_1","title":"A \"cart\"","items":[{"quantity":1},{"quantity":2}]}}"#
        );
    }
}
