//! Accounts on a real file: who gets in, who does not, and what becomes of them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::sync::{Arc, Mutex};

use tradewind_accounts::{
    ALREADY_REGISTERED, Accounts, AccountsOptions, Actor, ActorKind, AddressChange, CUSTOMER_EXISTS, Compared,
    Comparison, CustomerChange, CustomerCondition, CustomerField, CustomerQuery, INVALID_CREDENTIALS, INVALID_TOKEN,
    MIGRATIONS, NewCustomer, PasswordResetRequested, RESET_TOKEN_INVALID,
};
use tradewind_kernel::{Clock, ErrorKind, IdMint, Paging, Rng, Secret, Timestamp};
use tradewind_platform::db::{Db, Shards, Surroundings};
use tradewind_platform::events::{Reactions, Relay};
use tradewind_platform::params;
use tradewind_services::Store;

const EMAIL: &str = "ada@example.com";
const PASSWORD: &str = "pw12345678";

struct Bench {
    accounts: Accounts,
    db: Db,
    clock: Clock,
    _store: Store,
}

impl Bench {
    async fn new() -> Self {
        let store = Store::new();
        let clock = Clock::manual(Timestamp(1_700_000_000_000));
        let rng = Rng::seeded(11);
        let mint = IdMint::new(clock.clone(), rng.clone());
        let db = Db::open_at(store.place(), Surroundings { clock: clock.clone(), mint }).unwrap();
        db.migrate(&tradewind_platform::MIGRATIONS).await.unwrap();
        db.migrate(&MIGRATIONS).await.unwrap();
        let accounts =
            Accounts::new(db.clone(), Shards::single(db.clone()), AccountsOptions::default(), clock.clone(), rng);
        Self { accounts, db, clock, _store: store }
    }

    /// A shopper with an account, and a token of theirs.
    async fn customer(&self, email: &str) -> Actor {
        let token = self.accounts.register(ActorKind::Customer, email, PASSWORD).await.unwrap();
        let actor = self.accounts.verify(token.expose()).await.unwrap();
        self.accounts.create_customer(&actor, NewCustomer::default()).await.unwrap();
        let token = self.accounts.refresh(&actor).await.unwrap().token;
        self.accounts.verify(token.expose()).await.unwrap()
    }

    /// The token of the newest reset mail.
    async fn reset_token(&self) -> Option<Secret> {
        let mailed = Arc::new(Mutex::new(None));
        let mut reactions = Reactions::default();
        let mailbox = Arc::clone(&mailed);
        reactions.on::<PasswordResetRequested>("mail", move |_, event| {
            *mailbox.lock().unwrap() = Some(event.token);
            Box::pin(async { Ok(()) })
        });
        Relay::new(self.db.clone(), reactions).deliver_waiting().await.unwrap();
        mailed.lock().unwrap().take()
    }

    async fn execute(&self, sql: &'static str) {
        self.db.write(move |tx| Box::pin(async move { tx.execute(sql, params![]).await.map(|_| ()) })).await.unwrap();
    }

    async fn text(&self, sql: &'static str) -> String {
        self.db
            .read_own(move |tx| Box::pin(async move { tx.query_one(sql, params![], |row| row.text(0)).await }))
            .await
            .unwrap()
            .unwrap()
    }

    async fn count(&self, sql: &'static str) -> i64 {
        self.db.read_own(move |tx| Box::pin(async move { tx.number(sql, params![]).await })).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn registering_claims_an_email_once() {
    let bench = Bench::new().await;
    let accounts = &bench.accounts;
    let token = accounts.register(ActorKind::Customer, " Ada@Example.com", PASSWORD).await.unwrap();
    let actor = accounts.verify(token.expose()).await.unwrap();
    assert_eq!((actor.kind, actor.id.as_deref()), (ActorKind::Customer, None));

    // As long as nobody belongs to it, the same password is a second try of the same person.
    assert!(accounts.register(ActorKind::Customer, EMAIL, PASSWORD).await.is_ok());
    let other = accounts.register(ActorKind::Customer, EMAIL, "another password").await;
    assert!(other.unwrap_err().is(ALREADY_REGISTERED));

    accounts.create_customer(&actor, NewCustomer::default()).await.unwrap();
    let again = accounts.register(ActorKind::Customer, EMAIL, PASSWORD).await.unwrap_err();
    assert_eq!(again.kind(), ErrorKind::Unauthorized);
    assert_eq!(again.message(), "Identity with email already exists");
    // Staff is another kind of actor.
    assert!(accounts.register(ActorKind::User, EMAIL, PASSWORD).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_register_at_once_are_one_login() {
    let bench = Bench::new().await;
    let tasks: Vec<_> = (0..6)
        .map(|number| {
            let accounts = bench.accounts.clone();
            let password = format!("password number {number}");
            tokio::spawn(async move { accounts.register(ActorKind::Customer, EMAIL, &password).await.is_ok() })
        })
        .collect();
    let mut registered = 0;
    for task in tasks {
        registered += i32::from(task.await.unwrap());
    }
    assert_eq!(registered, 1);
    assert_eq!(bench.count("SELECT COUNT(*) FROM accounts_login").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_asks_for_both_and_says_neither() {
    let bench = Bench::new().await;
    let accounts = &bench.accounts;
    let customer = bench.customer(EMAIL).await;
    let token = accounts.login(ActorKind::Customer, "ADA@example.com ", PASSWORD).await.unwrap().token;
    assert_eq!(accounts.verify(token.expose()).await.unwrap().id, customer.id);
    for (kind, email, password) in [
        (ActorKind::Customer, EMAIL, "bad"),
        (ActorKind::Customer, "nobody@example.com", PASSWORD),
        (ActorKind::Customer, "not an address", PASSWORD),
        (ActorKind::User, EMAIL, PASSWORD),
        (ActorKind::Customer, EMAIL, ""),
    ] {
        let error = accounts.login(kind, email, password).await.unwrap_err();
        assert!(error.is(INVALID_CREDENTIALS), "{email} {error:?}");
        assert_eq!(error.kind(), ErrorKind::Unauthorized);
    }
    let endless = PASSWORD.repeat(100_000);
    assert!(accounts.login(ActorKind::Customer, EMAIL, &endless).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_is_named_and_stores_nothing() {
    let bench = Bench::new().await;
    for (email, password, field) in
        [("not an address", PASSWORD, "email"), (EMAIL, "short", "password"), ("", "", "email")]
    {
        let error = bench.accounts.register(ActorKind::Customer, email, password).await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Invalid, Some(field)));
    }
    assert!(bench.accounts.register(ActorKind::ApiKey, EMAIL, PASSWORD).await.is_err());
    assert_eq!(bench.count("SELECT COUNT(*) FROM accounts_login").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_becomes_a_customer_once() {
    let bench = Bench::new().await;
    let accounts = &bench.accounts;
    let token = accounts.register(ActorKind::Customer, EMAIL, PASSWORD).await.unwrap();
    let actor = accounts.verify(token.expose()).await.unwrap();
    let new =
        NewCustomer { email: Some(EMAIL.to_owned()), first_name: Some(" Ada ".to_owned()), ..NewCustomer::default() };
    let somebody_else = NewCustomer { email: Some("grace@example.com".to_owned()), ..new.clone() };
    let error = accounts.create_customer(&actor, somebody_else).await.unwrap_err();
    assert_eq!(error.field(), Some("email"));

    let customer = accounts.create_customer(&actor, new.clone()).await.unwrap();
    assert_eq!(customer.first_name.as_deref(), Some("Ada"));
    assert!(customer.has_account);
    let error = accounts.create_customer(&actor, new.clone()).await.unwrap_err();
    assert!(error.is(CUSTOMER_EXISTS) && error.kind() == ErrorKind::Duplicate);

    // A crash between the claim and the shopper's row: the login has no shopper, and the next try makes it whole.
    bench.execute("DELETE FROM accounts_customer").await;
    let token = accounts.login(ActorKind::Customer, EMAIL, PASSWORD).await.unwrap().token;
    let actor = accounts.verify(token.expose()).await.unwrap();
    assert_eq!(actor.customer_id(), None);
    let repaired = accounts.create_customer(&actor, new).await.unwrap();
    assert_eq!(repaired.id, customer.id);
    assert_eq!(accounts.customer(customer.id.as_str()).await.unwrap(), Some(repaired));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_says_who_and_until_when() {
    let bench = Bench::new().await;
    let actor = bench.customer(EMAIL).await;
    let token = bench.accounts.refresh(&actor).await.unwrap().token;
    let claims: serde_json::Value = serde_json::to_value(tradewind_accounts::Claims::of(&actor)).unwrap();
    let id = actor.id.clone().unwrap();
    assert_eq!(claims["actor_id"], id);
    assert_eq!(claims["actor_type"], "customer");
    assert_eq!(claims["auth_provider"], "emailpass");
    assert_eq!(claims["app_metadata"]["customer_id"], id);
    assert_eq!(claims["iat"], 1_700_000_000);
    assert_eq!(claims["exp"], 1_700_086_400);

    bench.clock.advance_seconds(24 * 3600 - 1);
    assert!(bench.accounts.verify(token.expose()).await.is_ok());
    bench.clock.advance_seconds(1);
    assert!(bench.accounts.verify(token.expose()).await.unwrap_err().is(INVALID_TOKEN));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_not_ours_is_refused() {
    let bench = Bench::new().await;
    let actor = bench.customer(EMAIL).await;
    let token = bench.accounts.refresh(&actor).await.unwrap().token;
    let parts: Vec<&str> = token.expose().split('.').collect();
    // {"alg":"none","typ":"JWT"} and {"alg":"HS256","kid":"other"}
    let none = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{}.", parts[1]);
    let stranger = format!("eyJhbGciOiJIUzI1NiIsImtpZCI6Im90aGVyIn0.{}.{}", parts[1], parts[2]);
    let unsigned = format!("{}.{}.", parts[0], parts[1]);
    let other = bench.accounts.register(ActorKind::Customer, "b@example.com", PASSWORD).await.unwrap();
    let crossed = format!("{}.{}.{}", parts[0], parts[1], other.expose().rsplit('.').next().unwrap());
    let endless = "a".repeat(1_000_000);
    for wrong in [none.as_str(), &stranger, &unsigned, &crossed, "garbage.jwt.here", "", "..", &endless] {
        let error = bench.accounts.verify(wrong).await.unwrap_err();
        assert!(error.is(INVALID_TOKEN), "{wrong:.60} {error:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_keys_turn_over_without_logging_anybody_out() {
    let bench = Bench::new().await;
    let actor = bench.customer(EMAIL).await;
    let old = bench.accounts.refresh(&actor).await.unwrap().token;
    bench.clock.advance_seconds(60);
    bench.accounts.rotate_signing_key().await.unwrap();
    let new = bench.accounts.refresh(&actor).await.unwrap().token;
    let head = |token: &Secret| token.expose().split('.').next().map(str::to_owned);
    assert_ne!(head(&old), head(&new));
    assert!(bench.accounts.verify(old.expose()).await.is_ok());
    bench.accounts.sweep().await.unwrap();
    assert_eq!(bench.count("SELECT COUNT(*) FROM accounts_signing_key").await, 2);

    // Another process of the shop reads the same keys.
    let elsewhere = Accounts::new(
        bench.db.clone(),
        Shards::single(bench.db.clone()),
        AccountsOptions::default(),
        bench.clock.clone(),
        Rng::seeded(12),
    );
    assert!(elsewhere.verify(new.expose()).await.is_ok());

    bench.clock.advance_seconds(2 * 24 * 3600);
    bench.accounts.sweep().await.unwrap();
    assert_eq!(bench.count("SELECT COUNT(*) FROM accounts_signing_key").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_follows_its_login_until_it_ends() {
    let bench = Bench::new().await;
    let accounts = &bench.accounts;
    let token = accounts.register(ActorKind::Customer, EMAIL, PASSWORD).await.unwrap();
    let actor = accounts.verify(token.expose()).await.unwrap();
    let session = accounts.open_session(&actor).await.unwrap();
    assert_eq!(session.expose().len(), 64);
    assert_eq!(accounts.actor_of_session(session.expose()).await.unwrap().id, None);
    let customer = accounts.create_customer(&actor, NewCustomer::default()).await.unwrap();
    let seen = accounts.actor_of_session(session.expose()).await.unwrap();
    assert_eq!(seen.customer_id(), Some(customer.id.as_str()));

    assert_ne!(bench.text("SELECT id_hash FROM accounts_session").await, session.expose());

    accounts.close_session(session.expose()).await.unwrap();
    assert!(accounts.actor_of_session(session.expose()).await.is_err());
    accounts.close_session(session.expose()).await.unwrap();

    let session = accounts.open_session(&actor).await.unwrap();
    bench.clock.advance_seconds(14 * 24 * 3600);
    assert!(accounts.actor_of_session(session.expose()).await.is_err());
    assert_eq!(accounts.sweep().await.unwrap(), 1);
    assert!(accounts.actor_of_session("nonsense").await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_replaced_once() {
    let bench = Bench::new().await;
    let accounts = &bench.accounts;
    let actor = bench.customer(EMAIL).await;
    let token = accounts.refresh(&actor).await.unwrap().token;
    let session = accounts.open_session(&actor).await.unwrap();
    bench.clock.advance_seconds(5);
    accounts.request_password_reset(ActorKind::Customer, EMAIL).await.unwrap();
    let first = bench.reset_token().await.unwrap();
    accounts.request_password_reset(ActorKind::Customer, EMAIL).await.unwrap();
    let second = bench.reset_token().await.unwrap();

    let weak = accounts.reset_password(second.expose(), "short").await.unwrap_err();
    assert_eq!(weak.field(), Some("password"));
    accounts.reset_password(second.expose(), "a new password").await.unwrap();
    for used in [&first, &second] {
        let error = accounts.reset_password(used.expose(), "yet another one").await.unwrap_err();
        assert!(error.is(RESET_TOKEN_INVALID));
    }
    assert!(accounts.login(ActorKind::Customer, EMAIL, PASSWORD).await.is_err());
    assert!(accounts.login(ActorKind::Customer, EMAIL, "a new password").await.is_ok());
    // Whoever was in by the old password is out.
    assert!(accounts.actor_of_session(session.expose()).await.is_err());
    assert!(accounts.verify(token.expose()).await.unwrap_err().is(INVALID_TOKEN));
    assert!(accounts.reset_password("made up", "a new password").await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_link_ends_and_tells_strangers_nothing() {
    let bench = Bench::new().await;
    bench.customer(EMAIL).await;
    let accounts = &bench.accounts;
    accounts.request_password_reset(ActorKind::Customer, EMAIL).await.unwrap();
    let token = bench.reset_token().await.unwrap();
    bench.clock.advance_seconds(15 * 60);
    let error = accounts.reset_password(token.expose(), "a new password").await.unwrap_err();
    assert!(error.is(RESET_TOKEN_INVALID));

    accounts.request_password_reset(ActorKind::Customer, "nobody@example.com").await.unwrap();
    accounts.request_password_reset(ActorKind::User, EMAIL).await.unwrap();
    accounts.request_password_reset(ActorKind::Customer, "not an address").await.unwrap();
    assert!(bench.reset_token().await.is_none());
    assert!(!format!("{token:?}").contains(token.expose()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_is_known_by_their_email() {
    let bench = Bench::new().await;
    let guest = |email: &'static str| {
        let accounts = bench.accounts.clone();
        bench.db.write(move |tx| Box::pin(async move { accounts.guest_customer(tx, email).await }))
    };
    let first = guest("Ada@example.com").await.unwrap();
    assert!(!first.has_account);
    assert_eq!(guest(EMAIL).await.unwrap().id, first.id);
    assert_ne!(guest("grace@example.com").await.unwrap().id, first.id);
    assert_eq!(guest("nonsense").await.unwrap_err().field(), Some("email"));
    // Opening an account makes another shopper: what a guest bought proves no login.
    let account = bench.customer(EMAIL).await;
    assert_ne!(account.id.as_deref(), Some(first.id.as_str()));
    assert_eq!(guest(EMAIL).await.unwrap().id, first.id);
    assert_eq!(first.id.bucket(), Accounts::guest_bucket(EMAIL));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_book_has_one_default_of_each() {
    let bench = Bench::new().await;
    let accounts = &bench.accounts;
    let id = bench.customer(EMAIL).await.id.unwrap();
    let address = |body: &str| serde_json::from_str::<AddressChange>(body).unwrap();
    let home = address(r#"{"address_name":"home","city":"Copenhagen","country_code":"DK","is_default_shipping":true}"#);
    let customer = accounts.add_address(&id, home).await.unwrap();
    assert_eq!(customer.addresses[0].country_code.as_deref(), Some("dk"));
    let work = address(r#"{"address_name":"work","is_default_shipping":true,"is_default_billing":true}"#);
    let customer = accounts.add_address(&id, work).await.unwrap();
    let defaults: Vec<_> =
        customer.addresses.iter().map(|address| (address.is_default_shipping, address.is_default_billing)).collect();
    assert_eq!(defaults, [(false, false), (true, true)]);

    let home_id = customer.addresses[0].id.clone();
    let moved = address(r#"{"city":"Odense","address_name":null}"#);
    let customer = accounts.update_address(&id, home_id.as_str(), moved).await.unwrap();
    assert_eq!(customer.address(home_id.as_str()).unwrap().city.as_deref(), Some("Odense"));
    assert_eq!(customer.address(home_id.as_str()).unwrap().address_name, None);
    let wrong = address(r#"{"country_code":"Denmark"}"#);
    let error = accounts.update_address(&id, home_id.as_str(), wrong).await.unwrap_err();
    assert_eq!(error.field(), Some("country_code"));

    let customer = accounts.remove_address(&id, home_id.as_str()).await.unwrap();
    assert_eq!(customer.addresses.len(), 1);
    let gone = accounts.remove_address(&id, home_id.as_str()).await.unwrap_err();
    assert_eq!(gone.kind(), ErrorKind::NotFound);
    let nobody = accounts.add_address("cus_nobody", AddressChange::default()).await.unwrap_err();
    assert_eq!(nobody.kind(), ErrorKind::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_changed_and_found() {
    let bench = Bench::new().await;
    let accounts = &bench.accounts;
    let ada = bench.customer(EMAIL).await.id.unwrap();
    bench.clock.advance_seconds(1);
    bench.customer("grace_h@example.com").await;
    let change: CustomerChange = serde_json::from_str(r#"{"first_name":"Ada","metadata":{"vip":true}}"#).unwrap();
    let changed = accounts.update_customer(&ada, change).await.unwrap();
    assert_eq!(changed.first_name.as_deref(), Some("Ada"));
    assert!(changed.updated_at > changed.created_at);
    let long = CustomerChange { phone: Some(Some("1".repeat(5000))), ..CustomerChange::default() };
    assert_eq!(accounts.update_customer(&ada, long).await.unwrap_err().field(), Some("phone"));

    let find = async |query: CustomerQuery| {
        let page = accounts.customers(query, Paging { offset: 0, limit: 10 }).await.unwrap();
        let emails: Vec<_> = page.items.into_iter().map(|customer| customer.email).collect();
        (emails, page.count)
    };
    let all = CustomerQuery {
        order: vec![(CustomerField::CreatedAt, true)],
        ..CustomerQuery::of(CustomerCondition::All(Vec::new()))
    };
    assert_eq!(find(all).await.0, ["grace_h@example.com", EMAIL]);
    let words = |text: &str| CustomerQuery::of(CustomerCondition::Words(vec![text.to_owned()]));
    assert_eq!(find(words("ADA@")).await, (vec![EMAIL.to_owned()], 1));
    assert_eq!(find(words("e_h")).await.1, 1);
    assert_eq!(find(words("%")).await.1, 0);
    assert_eq!(find(CustomerQuery::of(CustomerCondition::is(CustomerField::Id, &ada))).await.1, 1);
    let guests = Comparison::In(vec![Compared::Flag(false)]);
    let guests = CustomerCondition::Field(CustomerField::HasAccount, guests);
    assert_eq!(find(CustomerQuery::of(guests)).await.1, 0);
    assert_eq!(find(CustomerQuery::of(CustomerCondition::Any(Vec::new()))).await.1, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_is_added_by_staff_alone() {
    let bench = Bench::new().await;
    let accounts = &bench.accounts;
    // Whoever registers without being invited belongs to nobody, and gives way.
    let squatter = accounts.register(ActorKind::User, "Staff@example.com", PASSWORD).await.unwrap();
    let squatter = accounts.verify(squatter.expose()).await.unwrap();
    assert_eq!(squatter.staff_id(), None);
    let session = accounts.open_session(&squatter).await.unwrap();
    bench.clock.advance_seconds(1);

    let user = accounts.create_user("staff@example.com", "supersecret123").await.unwrap();
    assert!(accounts.actor_of_session(session.expose()).await.is_err());
    assert!(accounts.login(ActorKind::User, "staff@example.com", PASSWORD).await.is_err());
    let token = accounts.login(ActorKind::User, "staff@example.com", "supersecret123").await.unwrap().token;
    let actor = accounts.verify(token.expose()).await.unwrap();
    assert_eq!(actor.staff_id(), Some(user.id.as_str()));
    assert_eq!(actor.customer_id(), None);
    assert_eq!(accounts.user(user.id.as_str()).await.unwrap(), Some(user));
    let again = accounts.create_user("staff@example.com", "supersecret123").await.unwrap_err();
    assert_eq!(again.kind(), ErrorKind::Duplicate);
    assert_eq!(accounts.users().await.unwrap().len(), 1);
    let error = accounts.create_customer(&actor, NewCustomer::default()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Forbidden);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publishable_key_names_what_a_storefront_sells() {
    let bench = Bench::new().await;
    let accounts = &bench.accounts;
    let made = accounts.create_publishable_key("Storefront", vec!["sc_1".to_owned()], "").await.unwrap();
    let token = made.token.expose();
    assert!(token.starts_with("pk_") && token.len() == 67);
    assert_eq!(made.key.redacted, format!("{}***{}", &token[..6], &token[64..]));
    let found = accounts.publishable_key(token).await.unwrap().unwrap();
    assert_eq!(found.sales_channel_ids, ["sc_1"]);
    assert!(accounts.secret_key(token).await.unwrap().is_none());
    for wrong in ["", "pk_", "pk_wrong", &format!("pk_{}", "0".repeat(64))] {
        assert!(accounts.publishable_key(wrong).await.unwrap().is_none());
    }
    // A change is seen at once, though answers come from memory.
    let id = made.key.id.as_str();
    let (add, remove) = (vec!["sc_2".to_owned(), "sc_2".to_owned()], vec!["sc_1".to_owned()]);
    accounts.change_api_key_channels(id, add, remove).await.unwrap();
    let found = accounts.publishable_key(token).await.unwrap().unwrap();
    assert_eq!(found.sales_channel_ids, ["sc_2"]);
    accounts.rename_api_key(id, "B2B").await.unwrap();
    assert!(accounts.rename_api_key(id, " ").await.is_err());
    accounts.revoke_api_key(id, "user_1", 0).await.unwrap();
    assert!(accounts.publishable_key(token).await.unwrap().is_none());
    assert!(accounts.revoke_api_key(id, "user_1", 0).await.is_err());
    accounts.delete_api_key(id).await.unwrap();
    assert!(accounts.api_key(id).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_key_is_shown_once() {
    let bench = Bench::new().await;
    let accounts = &bench.accounts;
    let made = accounts.create_secret_key("Importer", "user_1").await.unwrap();
    let token = made.token.expose();
    assert!(token.starts_with("sk_") && made.key.token.is_none());
    let kept = bench.text("SELECT body || token_hash FROM accounts_api_key").await;
    assert!(!kept.contains(&token[6..40]), "the token is not kept");
    let actor = accounts.secret_key(token).await.unwrap().unwrap();
    assert_eq!(actor.staff_id(), Some(made.key.id.as_str()));
    assert!(accounts.open_session(&actor).await.is_err());
    assert!(accounts.publishable_key(token).await.unwrap().is_none());
    let id = made.key.id.as_str();
    assert_eq!(accounts.api_key(id).await.unwrap().unwrap().last_used_at, Some(bench.clock.now()));

    assert!(accounts.delete_api_key(id).await.is_err());
    accounts.revoke_api_key(id, "user_1", 60).await.unwrap();
    assert!(accounts.secret_key(token).await.unwrap().is_some());
    bench.clock.advance_seconds(60);
    assert!(accounts.secret_key(token).await.unwrap().is_none());
    accounts.delete_api_key(id).await.unwrap();
    assert!(accounts.api_keys().await.unwrap().is_empty());
}
