//! PostgreSQL alone: the very rows of orders written again in batches, and the statements that a checkout cannot do without.

use std::cell::Cell;
use std::collections::HashMap;
use std::time::Instant;

use futures::future::join_all;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Statement};

use super::Database;
use crate::flow::Flows;
use crate::process::own_cpu_seconds;

/// The tables that a completion adds a row to, each with how the rows of orders are found.
const ADDED: [(&str, &str); 7] = [
    ("orders_event", "order_id = ANY ($1)"),
    ("orders_order", "id = ANY ($1)"),
    ("orders_of_customer", "order_id = ANY ($1)"),
    ("inventory_reservation", "reference = ANY ($1)"),
    ("inventory_reserved_line", "reservation_id IN (SELECT id FROM inventory_reservation WHERE reference = ANY ($1))"),
    ("payments_payment", "collection_id IN (SELECT id FROM payments_collection WHERE order_id = ANY ($1))"),
    ("platform_outbox", "aggregate = ANY ($1)"),
];
/// And those it changes rows of.
const CHANGED: [&str; 3] = ["inventory_level", "checkout_cart", "payments_collection"];

enum List {
    Ints(Vec<Option<i64>>),
    Texts(Vec<Option<String>>),
}

impl List {
    fn as_param(&self) -> &(dyn ToSql + Sync) {
        match self {
            Self::Ints(numbers) => numbers,
            Self::Texts(texts) => texts,
        }
    }
}

/// Tables of the same shape, empty.
async fn make_tables(client: &Client) {
    client.batch_execute("DROP SCHEMA IF EXISTS bare CASCADE; CREATE SCHEMA bare").await.unwrap();
    for table in ADDED.iter().map(|(table, _)| *table).chain(CHANGED).chain(["platform_job"]) {
        let sql = format!("CREATE TABLE bare.{table} (LIKE public.{table} INCLUDING ALL)");
        client.batch_execute(&sql).await.unwrap();
    }
}

/// Lets the server do now what it would otherwise do while it is measured.
async fn settle(client: &Client) {
    // One by one: VACUUM is refused among other statements.
    for sql in ["VACUUM ANALYZE", "CHECKPOINT"] {
        client.batch_execute(sql).await.unwrap();
    }
}

/// How many orders a second PostgreSQL alone commits with the rows that these carts' completions wrote, in batches of this size.
pub async fn orders_a_second(database: &Database, carts: &[String], batch: usize) -> f64 {
    let client = database.connect().await;
    make_tables(&client).await;
    client
        .batch_execute("INSERT INTO bare.inventory_level SELECT * FROM public.inventory_level; UPDATE bare.inventory_level SET reserved = 0")
        .await
        .unwrap();
    // As they were: not completed, not paid.
    for (table, key, undo) in [
        ("checkout_cart", "id", "version = version - 1, completed_at = NULL"),
        ("payments_collection", "cart_id", "version = version - 1, order_id = NULL"),
    ] {
        let sql = format!("INSERT INTO bare.{table} SELECT * FROM public.{table} WHERE {key} = ANY ($1)");
        client.execute(&sql, &[&carts]).await.unwrap();
        client.batch_execute(&format!("UPDATE bare.{table} SET {undo}")).await.unwrap();
    }
    let mut batches = Vec::new();
    for carts in carts.chunks(batch) {
        batches.push(statements_of(&client, carts).await);
    }
    settle(&client).await;
    let began = Instant::now();
    for statements in &batches {
        client.batch_execute("BEGIN").await.unwrap();
        for (statement, lists) in statements {
            let params: Vec<_> = lists.iter().map(List::as_param).collect();
            client.execute(statement, &params).await.unwrap();
        }
        client.batch_execute("COMMIT").await.unwrap();
    }
    carts.len() as f64 / began.elapsed().as_secs_f64()
}

async fn statements_of(client: &Client, carts: &[String]) -> Vec<(Statement, Vec<List>)> {
    let orders: Vec<String> = carts.iter().map(|cart| cart.replacen("cart_", "order_", 1)).collect();
    let mut statements = Vec::new();
    for (table, filter) in ADDED {
        statements.extend(insert_of(client, table, filter, &orders).await);
    }
    for (read, write) in [
        (
            "SELECT SUM(quantity)::bigint, item_id, location_id FROM inventory_reservation WHERE reference = ANY ($1) GROUP BY 2, 3",
            "UPDATE bare.inventory_level l SET reserved = l.reserved + g.quantity
             FROM UNNEST($1::bigint[], $2::text[], $3::text[]) AS g (quantity, item_id, location_id)
             WHERE l.item_id = g.item_id AND l.location_id = g.location_id AND l.stocked - l.reserved >= g.quantity",
        ),
        (
            "SELECT version - 1, completed_at, id FROM checkout_cart WHERE 'order' || SUBSTR(id, 5) = ANY ($1)",
            "UPDATE bare.checkout_cart c SET version = c.version + 1, completed_at = g.at, updated_at = g.at
             FROM UNNEST($1::bigint[], $2::bigint[], $3::text[]) AS g (version, at, id)
             WHERE c.id = g.id AND c.version = g.version AND c.completed_at IS NULL",
        ),
        (
            "SELECT version - 1, id, order_id, body::text FROM payments_collection WHERE order_id = ANY ($1)",
            "UPDATE bare.payments_collection c SET version = c.version + 1, body = g.body::json, order_id = g.order_id
             FROM UNNEST($1::bigint[], $2::text[], $3::text[], $4::text[]) AS g (version, id, order_id, body)
             WHERE c.id = g.id AND c.version = g.version",
        ),
    ] {
        let found = client.query(read, &[&orders]).await.unwrap();
        let columns = found.first().map_or(0, tokio_postgres::Row::len);
        let lists = (0..columns).map(|column| list_of(&found, column)).collect();
        statements.push((client.prepare(write).await.unwrap(), lists));
    }
    statements
}

async fn insert_of(client: &Client, table: &str, filter: &str, orders: &[String]) -> Option<(Statement, Vec<List>)> {
    // The positions of the outbox are given by the table itself.
    let columns = client
        .query(
            "SELECT column_name::text, data_type::text FROM information_schema.columns
             WHERE table_schema = 'public' AND table_name = $1 AND is_identity = 'NO' ORDER BY ordinal_position",
            &[&table],
        )
        .await
        .unwrap();
    let columns: Vec<(String, String)> = columns.iter().map(|row| (row.get(0), row.get(1))).collect();
    let kind = |data_type: &str| if data_type == "bigint" { "bigint" } else { "text" };
    let join = |of: &dyn Fn(&(String, String)) -> String| columns.iter().map(of).collect::<Vec<_>>().join(", ");
    let read = join(&|(name, data_type)| format!("{name}::{}", kind(data_type)));
    let found = client.query(&format!("SELECT {read} FROM public.{table} WHERE {filter}"), &[&orders]).await.unwrap();
    if found.is_empty() {
        return None;
    }
    let (names, cast) = (join(&|(name, _)| name.clone()), join(&|(name, data_type)| format!("{name}::{data_type}")));
    let places: Vec<_> =
        columns.iter().enumerate().map(|(at, (_, data_type))| format!("${}::{}[]", at + 1, kind(data_type))).collect();
    let sql =
        format!("INSERT INTO bare.{table} ({names}) SELECT {cast} FROM UNNEST({}) AS g ({names})", places.join(", "));
    let lists = (0..columns.len()).map(|column| list_of(&found, column)).collect();
    Some((client.prepare(&sql).await.unwrap(), lists))
}

fn list_of(rows: &[tokio_postgres::Row], column: usize) -> List {
    if rows[0].columns()[column].type_() == &tokio_postgres::types::Type::INT8 {
        List::Ints(rows.iter().map(|row| row.get(column)).collect())
    } else {
        List::Texts(rows.iter().map(|row| row.get(column)).collect())
    }
}

/// What a checkout stores: texts as long as the shop's own.
struct Sample {
    cart: String,
    collection: String,
    order: String,
    reservation: String,
    news: String,
}

/// A connection with everything prepared.
struct Shopper {
    client: Client,
    statements: HashMap<&'static str, Statement>,
}

// The messages of a checkout's transactions; `$1` is the flow's own id.
const NEW_CART: &str =
    "INSERT INTO bare.checkout_cart (id, version, body, updated_at) VALUES ($1, 1, $2::text::json, 1)";
const CART: &str =
    "SELECT version, body::text, payment_collection_id, completed_at FROM bare.checkout_cart WHERE id = $1";
const SAVE_CART: &str = "UPDATE bare.checkout_cart SET version = version + 1, body = $2::text::json, updated_at = 2 WHERE id = $1 AND completed_at IS NULL";
const NEW_COLLECTION: &str =
    "INSERT INTO bare.payments_collection (id, version, body, cart_id) VALUES ($1, 1, $2::text::json, $1)";
const SET_PAYMENT: &str = "UPDATE bare.checkout_cart SET version = version + 1, payment_collection_id = $1 WHERE id = $1 AND completed_at IS NULL";
const COLLECTION: &str = "SELECT version, body::text FROM bare.payments_collection WHERE id = $1";
const SAVE_COLLECTION: &str =
    "UPDATE bare.payments_collection SET version = version + 1, body = $2::text::json WHERE id = $1";
const CLOSE: &str = "UPDATE bare.checkout_cart SET version = version + 1, completed_at = 3, updated_at = 3 WHERE id = $1 AND completed_at IS NULL";
const TAKE: &str = "UPDATE bare.inventory_level SET reserved = reserved + 1 WHERE item_id = $1 AND location_id = $2 AND stocked > reserved";
const RESERVE: &str = "INSERT INTO bare.inventory_reservation (id, reference, item_id, location_id, quantity, state, body, created_at, updated_at)
     VALUES ($1, $1, $2, $3, 1, 'held', $4::text::json, 3, 3)";
const LINE: &str = "INSERT INTO bare.inventory_reserved_line (line_id, reservation_id) VALUES ($1, $1)";
const PAID: &str =
    "UPDATE bare.payments_collection SET version = version + 1, body = $2::text::json, order_id = $1 WHERE id = $1";
const PAYMENT: &str = "INSERT INTO bare.payments_payment (id, collection_id) VALUES ($1, $1)";
const EVENT: &str = "INSERT INTO bare.orders_event (order_id, seq, kind, data, actor, at) VALUES ($1, 1, 'placed', $2::text::json, 'guest', 3)";
const ORDER: &str = "INSERT INTO bare.orders_order (id, version, body, cart_id, email, display_id, status, created_at)
     VALUES ($1, 1, $2::text::json, $1, 'ada@example.com', $3, 'pending', 3)";
const NEWS: &str = "INSERT INTO bare.platform_outbox (id, kind, aggregate, body, at) VALUES ($1, 'orders.placed', $1, $2::text::json, 3)";
const STATEMENTS: [&str; 16] = [
    NEW_CART,
    CART,
    SAVE_CART,
    NEW_COLLECTION,
    SET_PAYMENT,
    COLLECTION,
    SAVE_COLLECTION,
    CLOSE,
    TAKE,
    RESERVE,
    LINE,
    PAID,
    PAYMENT,
    EVENT,
    ORDER,
    NEWS,
];

impl Shopper {
    async fn new(database: &Database) -> Self {
        let client = database.connect().await;
        let mut statements = HashMap::new();
        for sql in STATEMENTS {
            statements.insert(sql, client.prepare(sql).await.unwrap());
        }
        Self { client, statements }
    }

    /// Reads.
    async fn read(&self, sql: &str, id: &str) {
        self.client.query(&self.statements[sql], &[&id]).await.unwrap();
    }

    /// One transaction, all of it sent at once.
    async fn write(&self, writes: &[(&str, &[&(dyn ToSql + Sync)])]) {
        let begin = self.client.batch_execute("BEGIN");
        let writes = join_all(writes.iter().map(|(sql, params)| self.client.execute(&self.statements[sql], params)));
        let commit = self.client.batch_execute("COMMIT");
        let (begun, written, committed) = futures::join!(begin, writes, commit);
        begun.unwrap();
        written.into_iter().for_each(|outcome| assert_eq!(outcome.unwrap(), 1));
        committed.unwrap();
    }

    /// The seven requests of a checkout.
    async fn buy(&self, sample: &Sample, level: &(String, String), number: i64) {
        let name = format!("cart_{number:026}");
        let id: &(dyn ToSql + Sync) = &name;
        let Sample { cart, collection, order, reservation, news } = sample;
        self.write(&[(NEW_CART, &[id, cart])]).await;
        self.read(CART, &name).await;
        self.write(&[(SAVE_CART, &[id, cart])]).await;
        self.read(CART, &name).await;
        self.read(CART, &name).await;
        self.write(&[(SAVE_CART, &[id, cart])]).await;
        self.read(CART, &name).await;
        self.write(&[(NEW_COLLECTION, &[id, collection]), (SET_PAYMENT, &[id])]).await;
        self.read(COLLECTION, &name).await;
        self.write(&[(SAVE_COLLECTION, &[id, collection])]).await;
        self.read(CART, &name).await;
        self.read(COLLECTION, &name).await;
        self.write(&[
            (CLOSE, &[id]),
            (TAKE, &[&level.0, &level.1]),
            (RESERVE, &[id, &level.0, &level.1, reservation]),
            (LINE, &[id]),
            (PAID, &[id, collection]),
            (PAYMENT, &[id]),
            (EVENT, &[id, order]),
            (ORDER, &[id, order, &number]),
            (NEWS, &[id, news]),
        ])
        .await;
    }
}

/// What the statements of a checkout cost without a shop around them: each once, with rows as long as the shop's, each request's
/// writes a transaction that is sent at once, from as many connections as there are shoppers. What comes after the order
/// (its event handed on, its receipt taken up and done) in batches.
pub async fn flows(database: &Database, orders: usize, shoppers: usize) -> Flows {
    let client = database.connect().await;
    make_tables(&client).await;
    let text = |sql: &'static str| {
        let client = &client;
        async move { client.query_one(sql, &[]).await.unwrap().get::<_, String>(0) }
    };
    let sample = Sample {
        cart: text("SELECT body::text FROM checkout_cart WHERE completed_at IS NOT NULL LIMIT 1").await,
        collection: text("SELECT body::text FROM payments_collection WHERE order_id IS NOT NULL LIMIT 1").await,
        order: text("SELECT body::text FROM orders_order LIMIT 1").await,
        reservation: text("SELECT body::text FROM inventory_reservation LIMIT 1").await,
        news: text("SELECT body::text FROM platform_outbox LIMIT 1").await,
    };
    let fill = "INSERT INTO bare.inventory_level SELECT * FROM public.inventory_level;
                UPDATE bare.inventory_level SET reserved = 0, stocked = 1000000";
    client.batch_execute(fill).await.unwrap();
    let levels =
        client.query("SELECT item_id, location_id FROM bare.inventory_level ORDER BY 1 LIMIT 12", &[]).await.unwrap();
    let levels: Vec<(String, String)> = levels.iter().map(|row| (row.get(0), row.get(1))).collect();
    settle(&client).await;
    let mut connections = Vec::new();
    for _ in 0..shoppers {
        connections.push(Shopper::new(database).await);
    }
    let next = Cell::new(0);
    let (cpu, began) = (database.cpu_seconds() + own_cpu_seconds(), Instant::now());
    let shopping = connections.iter().map(|shopper| {
        let (next, sample, levels) = (&next, &sample, &levels);
        async move {
            while next.get() < orders {
                let number = next.replace(next.get() + 1);
                shopper.buy(sample, &levels[number % levels.len()], i64::try_from(number).unwrap()).await;
            }
        }
    });
    join_all(shopping).await;
    let seconds = began.elapsed().as_secs_f64();
    let ids: Vec<String> = (0..orders).map(|number| format!("cart_{number:026}")).collect();
    for ids in ids.chunks(shoppers) {
        hand_on(&client, ids, &sample.news).await;
    }
    let cpu = database.cpu_seconds() + own_cpu_seconds() - cpu;
    Flows { a_second: orders as f64 / seconds, cpu_millis_an_order: 1000.0 * cpu / orders as f64 }
}

async fn hand_on(client: &Client, ids: &[String], job: &str) {
    let jobs = vec![job; ids.len()];
    let statements: [(&str, &[&(dyn ToSql + Sync)]); 4] = [
        ("DELETE FROM bare.platform_outbox WHERE id = ANY ($1) RETURNING body::text", &[&ids]),
        (
            "INSERT INTO bare.platform_job (id, queue, kind, body, state, priority, run_at, attempts, attempts_max, leased_until, created_at)
             SELECT id, 'mail', 'mails.receipt', body::json, 'waiting', 0, 3, 0, 12, 0, 3
             FROM UNNEST($1::text[], $2::text[]) AS g (id, body)",
            &[&ids, &jobs],
        ),
        ("UPDATE bare.platform_job SET state = 'running', attempts = 1, leased_until = 9 WHERE id = ANY ($1) RETURNING body::text", &[&ids]),
        ("DELETE FROM bare.platform_job WHERE id = ANY ($1)", &[&ids]),
    ];
    // Told, and taken up: two transactions, and the third ends the work.
    for together in [&statements[..2], &statements[2..3], &statements[3..]] {
        client.batch_execute("BEGIN").await.unwrap();
        for (sql, params) in together {
            client.query(*sql, params).await.unwrap();
        }
        client.batch_execute("COMMIT").await.unwrap();
    }
}
