//! One-time codes from a secret and the time (RFC 6238): six digits, good for half a minute. Pure.

use hmac::{Hmac, Mac as _};
use sha1::Sha1;
use tradewind_kernel::Timestamp;

/// How long a code is good for.
const STEP_SECONDS: i64 = 30;
/// By how many steps the clock of a telephone may be wrong.
const STEPS_OFF_MAX: i64 = 1;
const DIGITS: usize = 6;

/// The step whose code this is, near the present one and after `last_step`.
pub(crate) fn step_of(code: &str, secret: &[u8], now: Timestamp, last_step: i64) -> Option<i64> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if code.len() != DIGITS {
        return None;
    }
    let present = now.unix_seconds().div_euclid(STEP_SECONDS);
    // Every candidate is computed, so that the time taken says nothing.
    let mut found = None;
    for step in present - STEPS_OFF_MAX..=present + STEPS_OFF_MAX {
        let is_it = code_at(secret, step).is_some_and(|own| own == code);
        if is_it && step > last_step {
            found = Some(step);
        }
    }
    found
}

/// The code of a step.
pub(crate) fn code_at(secret: &[u8], step: i64) -> Option<String> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).ok()?;
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let offset = usize::from(digest.last()? & 0xf);
    let four: [u8; 4] = digest.get(offset..offset + 4)?.try_into().ok()?;
    let number = u32::from_be_bytes(four) & 0x7fff_ffff;
    Some(format!("{:0width$}", number % 1_000_000, width = DIGITS))
}

/// Base 32 as authenticator apps read it (RFC 4648, without padding).
pub(crate) fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    for chunk in bytes.chunks(5) {
        let mut five = [0_u8; 8];
        five[3..3 + chunk.len()].copy_from_slice(chunk);
        let bits = u64::from_be_bytes(five);
        for position in 0..(chunk.len() * 8).div_ceil(5) {
            text.push(char::from(ALPHABET[(bits >> (35 - 5 * position)) as usize & 31]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, in six digits.
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code_at(SECRET, seconds / STEP_SECONDS).unwrap(), code);
        }
    }

    #[test]
    fn base_32_is_that_of_the_standard() {
        // RFC 4648, section 10, without padding.
        let pairs =
            [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB")];
        for (plain, encoded) in pairs {
            assert_eq!(base32(plain.as_bytes()), encoded);
        }
        assert_eq!(base32(b"foobar"), "MZXW6YTBOI");
    }

    #[test]
    fn a_code_is_good_near_its_time_and_once() {
        let at = |seconds: i64| Timestamp(seconds * 1000);
        let code = code_at(SECRET, 10).unwrap();
        for seconds in [270, 300, 329, 359] {
            assert_eq!(step_of(&code, SECRET, at(seconds), 0), Some(10), "{seconds}");
        }
        for seconds in [0, 269, 360, 100_000] {
            assert_eq!(step_of(&code, SECRET, at(seconds), 0), None, "{seconds}");
        }
        assert_eq!(step_of(&code, SECRET, at(300), 10), None);
        assert_eq!(step_of(&format!(" {} {} ", &code[..3], &code[3..]), SECRET, at(300), 9), Some(10));
        for wrong in ["", "12345", "abcdef", "１２３４５６", &format!("{code}0")] {
            assert_eq!(step_of(wrong, SECRET, at(300), 0), None, "{wrong}");
        }
    }
}
