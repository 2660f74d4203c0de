//! Overload: how much of what it sells at its best the shop sells when three times as many want to buy, and how soon the rest hears no.
//!
//! Measured by `tradewind load` on the second core against the shop on the first.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::{line, share};

/// Rates that are tried for the best, in shoppers a second.
const FIRST_RATE: u64 = 400;
const RATE_STEP: u64 = 100;
const LAST_RATE: u64 = 2_000;

/// Measures the shop that serves out of this folder.
pub fn measure(folder: &Path) {
    let before = best(folder);
    let base = before * 0.3;
    let rate = format!("{base:.0}");
    let report =
        load(folder, &["surge", "--rate", &rate, "--factor", "10", "--duration", "6", "--surge", "8", "--after", "8"]);
    // The machine is not the same from minute to minute: the best is measured on both sides of the surge.
    let best = f64::midpoint(before, best(folder));
    let surge = &report["surge"];
    let millis = |value: &Value| value.as_f64().unwrap_or(f64::INFINITY) / 1000.0;
    let goodput = surge["during"]["completed_a_second"].as_f64().unwrap();
    let offered = surge["during"]["offered_a_second"].as_f64().unwrap();
    let name = format!("orders when {offered:.0} a second want one, over the best");
    share(&name, goodput, best, 100.0 * goodput / best, 90.0);
    line("p99 of completions in the surge", millis(&surge["during"]["complete_p99_micros"]), "ms", 250.0);
    line("p99 of refusals in the surge", millis(&surge["refused_p99_micros"]), "ms", 50.0);
    line("seconds until it is as before", surge["recovered_after_seconds"].as_f64().unwrap_or(f64::INFINITY), "s", 5.0);
}

/// The most orders a second, of shoppers who come at a rate: the rate rises until no more are sold.
fn best(folder: &Path) -> f64 {
    let mut best: f64 = 0.0;
    let mut rate = FIRST_RATE;
    while rate <= LAST_RATE {
        let report = load(folder, &["checkout", "--rate", &rate.to_string(), "--duration", "4"]);
        let figures = report["figures"].as_array().unwrap();
        let average = figures.iter().find(|figure| figure["name"] == "on average").unwrap();
        let sold: f64 = average["value"].as_str().unwrap().trim_end_matches("/s").parse().unwrap();
        if sold < best {
            break;
        }
        best = sold;
        rate += RATE_STEP;
    }
    best
}

fn load(folder: &Path, arguments: &[&str]) -> Value {
    let json = folder.join("load.json");
    let _ = std::fs::remove_file(&json);
    let output = Command::new("taskset")
        .args(["-c", "1", env!("CARGO_BIN_EXE_tradewind"), "load"])
        .args(arguments)
        .arg("--demo")
        .arg(folder)
        .args(["--units", "1000000", "--json"])
        .arg(&json)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    assert!(output.status.success(), "{}", said.concat());
    serde_json::from_slice(&std::fs::read(&json).unwrap()).unwrap()
}
