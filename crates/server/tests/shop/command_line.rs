//! The command line as an operator types it.

use std::path::Path;
use std::process::{Command, Output};

use tradewind_services::Store;

fn tradewind(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tradewind")).current_dir(folder).args(arguments).output().unwrap()
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn an_empty_folder_becomes_a_shop_with_staff_and_a_key() {
    let folder = tempfile::tempdir().unwrap();
    let migrated = tradewind(folder.path(), &["migrate"]);
    assert!(migrated.status.success(), "{}", text(&migrated));
    assert!(text(&tradewind(folder.path(), &["migrate"])).contains("were up to date"));
    let create = ["user", "create", "--email", "staff@example.com", "--password", "long enough"];
    let created = tradewind(folder.path(), &create);
    assert!(created.status.success(), "{}", text(&created));
    let again = tradewind(folder.path(), &create);
    assert!(!again.status.success() && text(&again).contains("has an account already"), "{}", text(&again));
    let key = tradewind(folder.path(), &["key", "create", "--title", "Storefront"]);
    assert!(key.status.success() && text(&key).contains("pk_"), "{}", text(&key));
}

#[test]
fn a_weak_password_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let created = tradewind(folder.path(), &["user", "create", "--email", "staff@example.com", "--password", "short"]);
    assert!(!created.status.success() && text(&created).contains("8"), "{}", text(&created));
}

#[test]
fn config_prints_what_is_in_force() {
    let folder = tempfile::tempdir().unwrap();
    let printed = tradewind(folder.path(), &["config", "--set", "server.listen=127.0.0.1:1234"]);
    assert!(text(&printed).contains("listen = \"127.0.0.1:1234\""), "{}", text(&printed));
}

#[test]
fn a_wrong_configuration_is_refused_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("shop.toml"), "[server]\nlisten = 5\n").unwrap();
    let served = tradewind(folder.path(), &["serve", "--config", "shop.toml"]);
    assert!(!served.status.success());
    assert!(text(&served).contains("line 2: server.listen"), "{}", text(&served));
}

#[test]
fn doctor_names_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = format!("server.listen={}", taken.local_addr().unwrap());
    let examined = tradewind(folder.path(), &["doctor", "--set", &listen]);
    let text = text(&examined);
    assert!(!examined.status.success());
    assert!(text.contains("WRONG  port") && text.contains("there is no region yet"), "{text}");
}

#[test]
fn a_store_is_reached_encrypted_where_its_certificate_is_trusted() {
    let store = Store::postgres();
    // Another server that the environment names shows a certificate of its own.
    let Some(certificate) = store.server().unwrap().certificate() else { return };
    let url = store.place().replace("sslmode=disable", "sslmode=require");
    let migrate = |certificates: &Path| {
        let sets = ["store.main.kind=postgres".to_owned(), format!("store.main.url={url}")];
        let mut command = Command::new(env!("CARGO_BIN_EXE_tradewind"));
        command.arg("migrate").args(sets.iter().flat_map(|set| ["--set", set])).env("SSL_CERT_FILE", certificates);
        command.output().unwrap()
    };
    let trusted = migrate(certificate);
    assert!(trusted.status.success(), "{}", text(&trusted));
    let folder = tempfile::tempdir().unwrap();
    let nobody = folder.path().join("nobody.pem");
    std::fs::write(&nobody, "").unwrap();
    let unknown = migrate(&nobody);
    assert!(!unknown.status.success() && text(&unknown).contains("cannot be encrypted"), "{}", text(&unknown));
}
