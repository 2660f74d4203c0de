//! The second step of a login: the second factor is asked for, and given.

use tradewind_kernel::{Error, ErrorKind, Result, Secret};
use tradewind_platform::db::Tx;

use crate::error::{challenge_over, invalid_token, wrong_code};
use crate::factor::{RECOVERY_CODE, TOTP, takes};
use crate::model::{Actor, Challenge, ChallengeId, SecondFactor};
use crate::{Accounts, store};

/// How often one request may be answered wrongly.
pub const CHALLENGE_ATTEMPTS_MAX: i64 = 5;
/// How long a request can be answered.
const GOOD_SECONDS: i64 = 300;
/// How often a login may be tried in vain within a while, however many requests are made: six digits would be guessed else.
const ATTEMPTS_MAX: i64 = 20;
const ATTEMPTS_WITHIN_SECONDS: i64 = 15 * 60;

enum Outcome {
    Right,
    Wrong,
}

impl Accounts {
    /// Answers a request for the second factor with a code of a method, and gets the token of whoever it is. The actor is the one
    /// of the token that came with the request. Each code is taken once.
    pub async fn verify_challenge(&self, actor: &Actor, id: &str, method: &str, code: &str) -> Result<Secret> {
        let (login_id, asked) = (actor.auth_identity_id.clone(), id.to_owned());
        let (method, code) = (method.to_owned(), code.to_owned());
        let now = self.now();
        let outcome = self
            .core
            .write(move |tx| {
                Box::pin(async move {
                    let challenge = store::challenge(tx, &asked)
                        .await?
                        .filter(|challenge| challenge.login_id == login_id)
                        .ok_or_else(|| Error::not_found("MFA challenge", &asked))?;
                    if challenge.completed_at.is_some() || challenge.expires_at <= now {
                        return Err(challenge_over());
                    }
                    let since = now.plus_seconds(-ATTEMPTS_WITHIN_SECONDS);
                    if store::attempts_since(tx, &login_id, since).await? >= ATTEMPTS_MAX {
                        return Err(Error::new(
                            ErrorKind::TooManyRequests,
                            "Too many wrong codes. Please wait a quarter of an hour and log in again.",
                        ));
                    }
                    if !store::try_challenge(tx, &asked, CHALLENGE_ATTEMPTS_MAX).await? {
                        return Err(challenge_over());
                    }
                    let is_right = takes(tx, &login_id, &method, &code, now).await?;
                    if is_right && store::complete_challenge(tx, &asked).await? {
                        return Ok(Outcome::Right);
                    }
                    // Not an error here: the try is to be remembered.
                    Ok(Outcome::Wrong)
                })
            })
            .await?;
        match outcome {
            Outcome::Wrong => Err(wrong_code()),
            Outcome::Right => {
                let id = actor.auth_identity_id.clone();
                let login = self
                    .core
                    .read_own(move |tx| Box::pin(async move { store::login(tx, &id).await }))
                    .await?
                    .ok_or_else(invalid_token)?;
                Ok(self.admit(actor.kind, &login, SecondFactor::Given(now)).await?.token)
            }
        }
    }

    /// Asks for the second factor of a login.
    pub(crate) async fn challenge(&self, login_id: &str) -> Result<Challenge> {
        let challenge = Challenge {
            id: ChallengeId::mint(&self.mint),
            auth_identity_id: login_id.to_owned(),
            methods: Vec::new(),
            expires_at: self.now().plus_seconds(GOOD_SECONDS),
        };
        self.core.write(move |tx| Box::pin(async move { insert(tx, challenge).await })).await
    }
}

async fn insert(tx: &mut Tx, mut challenge: Challenge) -> Result<Challenge> {
    store::insert_challenge(tx, &challenge.id, &challenge.auth_identity_id, challenge.expires_at).await?;
    challenge.methods.push(TOTP);
    if store::has_recovery_codes(tx, &challenge.auth_identity_id).await? {
        challenge.methods.push(RECOVERY_CODE);
    }
    Ok(challenge)
}
