//! Stripe's test cards: what each payment method does when it is charged.

use super::refusal::StripeError;

/// What comes of charging a payment method.
#[derive(Clone, Copy)]
pub(super) enum Conduct {
    /// It pays.
    Pays,
    /// It pays once the shopper has shown that it is theirs.
    AsksShopper,
    /// It takes days, and says later whether it pays.
    Slow,
    /// It does not pay: code, the bank's code, text.
    Declines(&'static str, &'static str, &'static str),
}

impl Conduct {
    /// That of the payment method with this id.
    pub(super) fn of(payment_method: &str) -> Result<Self, StripeError> {
        Ok(match payment_method {
            "pm_card_visa" | "pm_card_mastercard" | "pm_card_amex" => Self::Pays,
            "pm_card_threeDSecure2Required" | "pm_card_threeDSecureRequired" | "pm_card_authenticationRequired" => {
                Self::AsksShopper
            }
            "pm_usBankAccount" | "pm_usBankAccount_success" => Self::Slow,
            "pm_card_chargeDeclined" | "pm_card_visa_chargeDeclined" => {
                Self::Declines("card_declined", "generic_decline", "Your card was declined.")
            }
            "pm_card_chargeDeclinedInsufficientFunds" | "pm_card_visa_chargeDeclinedInsufficientFunds" => {
                Self::Declines("card_declined", "insufficient_funds", "Your card has insufficient funds.")
            }
            "pm_card_chargeDeclinedExpiredCard" => {
                Self::Declines("expired_card", "expired_card", "Your card has expired.")
            }
            _ => {
                let message = format!("No such PaymentMethod: '{payment_method}'");
                return Err(StripeError::invalid(message).code("resource_missing").at("payment_method"));
            }
        })
    }
}
