//! Second factors: begun, confirmed by a first code, asked for at logins, given up; and the codes for when one is lost.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tradewind_kernel::{Error, ErrorKind, Result, Secret, Timestamp};
use tradewind_platform::db::{Tx, UNIQUE};

use crate::check::tidy_text;
use crate::error::{invalid_token, second_factor_needed, wrong_code};
use crate::model::{Actor, Enrolment, Factor, FactorId, FactorStatus, NewFactor, SecondFactor};
use crate::session::fingerprint;
use crate::store::{self, FactorRow};
use crate::{Accounts, totp};

/// The one kind of second factor.
pub(crate) const TOTP: &str = "totp";
/// What stands in for a second factor that is lost.
pub(crate) const RECOVERY_CODE: &str = "recovery_code";
/// As long as the digest that codes are made with.
const SECRET_BYTES: usize = 20;
/// How many recovery codes are made where nobody says.
const RECOVERY_CODES: usize = 10;
/// How many may be asked for.
const RECOVERY_CODES_MAX: usize = 50;
/// How large the free data of a factor may be, in bytes.
const METADATA_BYTES_MAX: usize = 4096;

impl Accounts {
    /// The second factors of the actor's login, in order of creation.
    pub async fn factors(&self, actor: &Actor) -> Result<Vec<Factor>> {
        let login_id = actor.auth_identity_id.clone();
        let rows = self.core.read_own(move |tx| Box::pin(async move { store::factors(tx, &login_id).await })).await?;
        Ok(rows.into_iter().map(|row| row.factor).collect())
    }

    /// Begins a second factor. It is asked for once its first code has been typed ([`Accounts::verify_factor`]); one that was
    /// begun before and not finished gives way.
    pub async fn start_factor(&self, actor: &Actor, new: NewFactor) -> Result<Enrolment> {
        if new.provider != TOTP {
            return Err(Error::invalid("provider", "Invalid request: 'provider' can only be totp"));
        }
        let label = tidy_text("label", new.label)?;
        let issuer = tidy_text("issuer", new.issuer)?.unwrap_or_else(|| self.options.issuer.clone());
        let mut metadata = new.metadata.unwrap_or_default();
        if let Some(label) = &label {
            metadata.insert("label".to_owned(), label.as_str().into());
        }
        if serde_json::to_string(&metadata).map_err(Error::internal)?.len() > METADATA_BYTES_MAX {
            return Err(Error::invalid("metadata", format!("metadata may be at most {METADATA_BYTES_MAX} bytes long")));
        }
        let now = self.now();
        let factor = Factor {
            id: FactorId::mint(&self.mint),
            auth_identity_id: actor.auth_identity_id.clone(),
            provider: TOTP.to_owned(),
            status: FactorStatus::Pending,
            metadata,
            created_at: now,
            updated_at: now,
        };
        let secret = self.rng.bytes::<SECRET_BYTES>();
        let row = FactorRow { factor: factor.clone(), secret: hex::encode(secret), last_step: 0 };
        let email = self.core.write(move |tx| Box::pin(async move { begin(tx, &row).await })).await?;
        let secret = totp::base32(&secret);
        let otpauth_url = otpauth_url(&issuer, label.as_deref().unwrap_or(&email), &secret);
        Ok(Enrolment { factor, secret: Secret::new(secret), otpauth_url: Secret::new(otpauth_url) })
    }

    /// Finishes a second factor by its first code: from now on every login asks for it.
    pub async fn verify_factor(&self, actor: &Actor, id: &str, code: &str) -> Result<Factor> {
        let (login_id, id, code) = (actor.auth_identity_id.clone(), id.to_owned(), code.to_owned());
        let now = self.now();
        self.core
            .write(move |tx| {
                Box::pin(async move {
                    let row = own_factor(tx, &login_id, &id).await?;
                    if row.factor.status == FactorStatus::Disabled {
                        return Err(Error::not_allowed("This second factor is disabled; please begin a new one"));
                    }
                    if !takes_totp(tx, &row, &code, now).await? {
                        return Err(wrong_code());
                    }
                    if row.factor.status == FactorStatus::Pending {
                        store::enable_factor(tx, &id).await?;
                    }
                    own_factor(tx, &login_id, &id).await.map(|row| row.factor)
                })
            })
            .await
    }

    /// Gives a second factor up, and the recovery codes with it. Whoever did not give it when they logged in proves it now,
    /// by a code of it or a recovery code.
    pub async fn disable_factor(&self, actor: &Actor, id: &str, proof: Option<(&str, &str)>) -> Result<Factor> {
        let (login_id, id) = (actor.auth_identity_id.clone(), id.to_owned());
        let is_proved = matches!(actor.second_factor, SecondFactor::Given(_));
        let proof = proof.map(|(method, code)| (method.to_owned(), code.to_owned()));
        let now = self.now();
        self.core
            .write(move |tx| {
                Box::pin(async move {
                    let row = own_factor(tx, &login_id, &id).await?;
                    if row.factor.status == FactorStatus::Enabled && !is_proved {
                        let (method, code) = proof.ok_or_else(second_factor_needed)?;
                        if !takes(tx, &login_id, &method, &code, now).await? {
                            return Err(wrong_code());
                        }
                    }
                    store::disable_factor(tx, &id).await?;
                    if !has_enabled(&store::factors(tx, &login_id).await?) {
                        store::replace_recovery_codes(tx, &login_id, &[]).await?;
                    }
                    own_factor(tx, &login_id, &id).await.map(|row| row.factor)
                })
            })
            .await
    }

    /// Makes recovery codes, which replace those before. Each opens one login in place of the second factor. Whoever has some
    /// already must have given the second factor when they logged in.
    pub async fn make_recovery_codes(&self, actor: &Actor, count: Option<usize>) -> Result<Vec<Secret>> {
        let count = count.unwrap_or(RECOVERY_CODES);
        if count == 0 || count > RECOVERY_CODES_MAX {
            return Err(Error::invalid("count", format!("count must be between 1 and {RECOVERY_CODES_MAX}")));
        }
        // 80 random bits each, so that a hash without salt or slowness is enough.
        let codes: Vec<Secret> = (0..count)
            .map(|_| {
                let text = totp::base32(&self.rng.bytes::<10>()).to_lowercase();
                let groups: Vec<&str> = (0..4).filter_map(|group| text.get(group * 4..group * 4 + 4)).collect();
                Secret::new(groups.join("-"))
            })
            .collect();
        let hashes: Vec<String> = codes.iter().map(|code| recovery_hash(code.expose())).collect();
        let login_id = actor.auth_identity_id.clone();
        let is_proved = matches!(actor.second_factor, SecondFactor::Given(_));
        self.core
            .write(move |tx| {
                Box::pin(async move {
                    if !has_enabled(&store::factors(tx, &login_id).await?) {
                        return Err(Error::not_allowed("Recovery codes need an enabled second factor; add one first"));
                    }
                    if !is_proved && store::has_recovery_codes(tx, &login_id).await? {
                        return Err(Error::not_allowed(
                            "There are recovery codes already; log in with your second factor to make new ones",
                        ));
                    }
                    store::replace_recovery_codes(tx, &login_id, &hashes).await
                })
            })
            .await?;
        Ok(codes)
    }
}

/// Stores a factor that was begun; returns the e-mail address of its login.
async fn begin(tx: &mut Tx, row: &FactorRow) -> Result<String> {
    let login_id = &row.factor.auth_identity_id;
    let login = store::login(tx, login_id).await?.ok_or_else(invalid_token)?;
    for other in store::factors(tx, login_id).await? {
        match other.factor.status {
            FactorStatus::Enabled => {
                return Err(Error::new(ErrorKind::Duplicate, "There is a second factor already; disable it first"));
            }
            FactorStatus::Pending => store::remove_factor(tx, other.factor.id.as_str()).await?,
            FactorStatus::Disabled => {}
        }
    }
    store::insert_factor(tx, row).await.map_err(|error| {
        if error.is(UNIQUE) { Error::conflict("Another second factor was begun at the same time") } else { error }
    })?;
    Ok(login.email)
}

async fn own_factor(tx: &mut Tx, login_id: &str, id: &str) -> Result<FactorRow> {
    let own = store::factors(tx, login_id).await?;
    own.into_iter().find(|row| row.factor.id.as_str() == id).ok_or_else(|| Error::not_found("MFA factor", id))
}

/// Whether a login asks for a second factor.
pub(crate) fn has_enabled(factors: &[FactorRow]) -> bool {
    factors.iter().any(|row| row.factor.status == FactorStatus::Enabled)
}

/// Whether a code is one of the login's; it is used up by that.
pub(crate) async fn takes(tx: &mut Tx, login_id: &str, method: &str, code: &str, now: Timestamp) -> Result<bool> {
    let enabled: Vec<FactorRow> = store::factors(tx, login_id)
        .await?
        .into_iter()
        .filter(|row| row.factor.status == FactorStatus::Enabled)
        .collect();
    match method {
        TOTP => match enabled.first() {
            Some(row) => takes_totp(tx, row, code, now).await,
            None => Ok(false),
        },
        RECOVERY_CODE if !enabled.is_empty() => store::take_recovery_code(tx, login_id, &recovery_hash(code)).await,
        _ => Ok(false),
    }
}

async fn takes_totp(tx: &mut Tx, row: &FactorRow, code: &str, now: Timestamp) -> Result<bool> {
    let secret = hex::decode(&row.secret).map_err(Error::internal)?;
    match totp::step_of(code, &secret, now, row.last_step) {
        Some(step) => store::take_step(tx, row.factor.id.as_str(), step).await,
        None => Ok(false),
    }
}

/// However it is typed: letters of either case, with the dashes or without.
fn recovery_hash(code: &str) -> String {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    fingerprint(&plain.to_lowercase())
}

/// The address that authenticator apps scan.
fn otpauth_url(issuer: &str, account: &str, secret: &str) -> String {
    let [issuer, account] = [issuer, account].map(|text| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string());
    format!("otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30")
}
